"""The process of a subject under watch: its time, its memory, its output, its end."""

import os
import select
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from time import monotonic
from typing import Any, NoReturn

from conformance.asking.remote.died import EndedFromOutside, SubjectDied
from conformance.events.request import Limits
from conformance.memory.shared import Inbox, Outbox
from conformance.processes import tree
from conformance.processes.channel import Channel, ChannelClosed, NotAMessage, pair
from conformance.processes.ending import Ending, ending_of, kills_for_memory

_LOOK = 0.1
"""Seconds between two looks at the memory of a process."""
_LOOK_AT_CHILDREN = 0.5
"""Seconds between two looks at the memory of everything that it started."""
_SIGN = 5.0
"""Seconds after which whoever waits for the judge is told that it goes on."""
_TAIL = 2000
"""Bytes of output that are kept."""
_START_SECONDS = 300.0

Message = dict[str, Any]


class Zygote:
    """The process that forks subjects, as the judge sees it. ``sign`` is called in long waits."""

    def __init__(self, end: socket.socket, sign: Callable[[], None] = lambda: None) -> None:
        self._end = end
        # Never asked again: once it is gone, the parent of this process is somebody else.
        self.number = os.getppid()
        self.channel = Channel(end)
        self.sign = sign

    def start(self, *descriptors: int) -> int:
        """The number of a new process with these descriptors."""
        try:
            socket.send_fds(self._end, [b"start"], list(descriptors))
        except OSError:
            _end_with_the_zygote()
        while True:
            message = self.hear(_START_SECONDS)
            if message is None:
                raise EndedFromOutside("no process could be started within five minutes")
            if "started" in message:
                return int(message["started"])

    def hear(self, seconds: float) -> Message | None:
        """What it says next; None if it says nothing within ``seconds``."""
        try:
            return self.channel.receive(seconds)
        except ChannelClosed:
            _end_with_the_zygote()


def _end_with_the_zygote() -> NoReturn:
    """The system ends this process together with the zygote; it does not always come first.

    Whatever the judge said now would be about the subject, which has ended for the same reason.
    The front knows how the zygote ended, and tells that.
    """
    os._exit(1)


class SubjectProcess:
    """A process that carries out orders. Close it."""

    def __init__(self, zygote: Zygote, limits: Limits) -> None:
        self._zygote, self._limits = zygote, limits
        own, other = pair()
        self.outbox, self.inbox = Outbox(), Inbox()
        self._output, output = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        os.set_blocking(output, True)
        self._killed_before = kills_for_memory()
        self._tail = b""
        self.number = zygote.start(
            other.fileno(), self.outbox.descriptor, self.inbox.descriptor, output
        )
        other.close()
        os.close(output)
        self._channel = Channel(own, self.number)
        self._baseline: int | None = None
        self._looked = self._looked_at_children = self._exact_from = 0.0
        self._children: list[int] = []
        self._status: int | None = None

    def order(
        self, order: Message, seconds: float, in_call: bool = True,
        progress: Callable[[Message], bool] = lambda message: False,
    ) -> Message:  # fmt: skip
        """The answer to an order. ``progress`` is called with each message, and says whether it
        only tells that the order goes on, in which case its time starts anew.

        Raises :class:`SubjectDied` for a process that ends, or takes longer than ``seconds`` or
        more memory than the limit.
        """
        self._between()
        try:
            self._channel.send(order)
            while progress(message := self._answer(seconds, in_call)):
                pass
            return message
        except ChannelClosed:
            raise self._died(in_call) from None
        except NotAMessage as garbage:
            raise self._ended(Ending(str(garbage), own=True), in_call) from None

    def _between(self) -> None:
        """Raise :class:`SubjectDied` if it has ended, or says something that nobody asked for."""
        while select.select([self._zygote.channel], [], [], 0)[0]:
            self._hear()
        if self._status is not None:
            raise self._died(in_call=False)
        try:
            if self._channel.receive(0) is not None:
                unasked = Ending("answered without being asked", own=True)
                raise self._ended(unasked, in_call=False)
        except ChannelClosed:
            raise self._died(in_call=False) from None
        except NotAMessage as garbage:
            raise self._ended(Ending(str(garbage), own=True), in_call=False) from None

    def _answer(self, seconds: float, in_call: bool) -> Message:
        waited, last, sign = 0.0, monotonic(), monotonic()
        while True:
            waiting: list[Any] = [self._channel, self._output, self._zygote.channel]
            ready, _, _ = select.select(waiting, [], [], _LOOK)
            if self._output in ready:
                self._drain()
            if self._channel in ready and (message := self._channel.receive(0)) is not None:
                return message
            if self._zygote.channel in ready:
                self._hear()
            if self._status is not None and self._channel not in ready:
                raise self._died(in_call)
            now = monotonic()
            # Time in which this process was stopped as well is nobody's.
            waited += min(now - last, 5 * _LOOK)
            last = now
            if now - sign > _SIGN:
                sign = now
                self._zygote.sign()
            if waited > seconds:
                if tree.is_stopped(self.number):
                    raise self._ended(Ending("was stopped by a signal"), in_call, limited=True)
                how = f"no end after {seconds:g} s"
                raise self._ended(Ending(how, own=True), in_call, limited=True)
            if now - self._looked > _LOOK and (excess := self._excess(now)):
                raise self._ended(Ending(excess, own=True), in_call, limited=True)

    def _hear(self) -> None:
        message = self._zygote.hear(0)
        if message is not None and message.get("ended") == self.number:
            self._status = int(message["status"])

    def _excess(self, now: float) -> str:
        """What it took too much of, with everything that it started; empty if nothing."""
        self._looked = now
        if self._baseline is None:
            # What the suite takes itself, which was there before the subject.
            self._baseline = tree.memory_of([self.number])
        if now - self._looked_at_children > _LOOK_AT_CHILDREN:
            self._looked_at_children = now
            # Those whose parent has ended are the zygote's by now.
            everything = tree.below(self._zygote.number, but=(os.getpid(),))
            self._children = [each for each in everything if each != self.number]
        alone = tree.memory_of([self.number]) - self._baseline
        if alone <= self._limits.memory:
            if alone + tree.memory_of(self._children) <= self._limits.memory:
                return ""
            # What they share counts once, which takes longer to count.
            if now < self._exact_from:
                return ""
            if self._shared_memory([self.number, *self._children]) <= self._limits.memory:
                return ""
        return f"took more than {self._limits.memory / (1 << 30):.3g} GiB of memory"

    def _shared_memory(self, processes: Sequence[int]) -> int:
        """Of all together. To count it takes a tenth of the time, and no more."""
        begin = monotonic()
        found = tree.own_memory_of(processes)
        end = monotonic()
        self._exact_from = end + 9 * (end - begin)
        return found

    def _drain(self) -> None:
        with suppress(BlockingIOError):
            while data := os.read(self._output, 1 << 16):
                self._tail = (self._tail + data)[-_TAIL:]

    def _died(self, in_call: bool) -> SubjectDied:
        """How it ended, once the zygote knows."""
        end = monotonic() + 5.0
        while self._status is None and monotonic() < end:
            if not tree.lives(self.number):
                end = min(end, monotonic() + 1.0)
            if select.select([self._zygote.channel], [], [], _LOOK)[0]:
                self._hear()
        if self._status is None:
            # It has closed its end and goes on: nothing but its own code can do that.
            return self._ended(Ending("closed the channel to the judge", own=True), in_call)
        killed = kills_for_memory() - self._killed_before
        return self._ended(ending_of(self._status, killed), in_call)

    def _ended(self, ending: Ending, in_call: bool, limited: bool = False) -> SubjectDied:
        self._drain()
        output = self._tail.decode(errors="replace").strip()
        self.close()
        return SubjectDied(ending, output, in_call, limited)

    def close(self) -> None:
        """End it, with everything that it started, those in sessions of their own as well."""
        if self._status is None:  # else its number may be another one's by now
            tree.kill(self.number)
            tree.kill_group(self.number)
        # The zygote adopts the orphans; nobody but the judge and subjects stems from it.
        tree.end_all(self._zygote.number, but=(os.getpid(),))
        self._channel.close()
        with suppress(OSError):
            os.close(self._output)
            os.close(self.outbox.descriptor)
            os.close(self.inbox.descriptor)
        self._output = -1
