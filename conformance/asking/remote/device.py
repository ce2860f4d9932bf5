"""The device of a subject that runs in a process of its own."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import count
from typing import Any

import torch

from conformance.asking.remote.answer import outcome_from, returned_from
from conformance.asking.remote.builds import Noted, RemoteBuilds
from conformance.asking.remote.died import SubjectDied
from conformance.asking.remote.loaded import LoadedThere
from conformance.asking.remote.process import Message
from conformance.asking.remote.sent import SentArguments, take_back
from conformance.asking.remote.subject import RemoteSubject
from conformance.asking.remote.ways import RemoteWays
from conformance.events.request import Limits
from conformance.events.verdict import NoRoom, SubjectUnsupported
from conformance.execution.outcome import Outcome
from conformance.execution.ways.names import Way
from conformance.memory.unwritten import Unwritten
from conformance.processes.channel import NotAMessage
from conformance.tensors.returned import Returned

PLAUSIBLE = 1 << 26
"""Bytes of arguments from which on a subject's process is believed that its device has no room."""

SANITIZED = 5
"""How many times as long as a call one may take that a tool watches, with all that it imports."""


class RemoteDevice:
    """Calls the subject in its process. Arguments are the judge's own, on the CPU.

    After a call they hold what the subject left in them. ``call`` raises
    :class:`~conformance.asking.remote.died.SubjectDied`, and
    :class:`~conformance.events.verdict.NoRoom` if the device has no memory for the arguments.
    """

    built_on = "cpu"

    def __init__(self, subject: RemoteSubject, there: LoadedThere, limits: Limits) -> None:
        self._subject, self._limits = subject, limits
        self._sent = SentArguments()
        self._numbers = count()
        self._gone: list[int] = []
        self._start = subject.starts
        self._noted = Noted()
        self.torch_device, self.mode = there.torch_device, there.mode
        self.finds_unwritten, self.compiles = there.finds_unwritten, there.compiles
        if there.builds:
            self.launched, self.builder = self._noted, RemoteBuilds(subject, self._noted)
        if there.rehearses:
            self.rehearse = self._rehearse
        if there.ways:
            self.ways = RemoteWays(self, there.ways)

    def call(
        self, function: Callable[..., Any], arguments: Sequence[Any], poison: int,
        unwritten: Unwritten | None = None, way: Way | None = None,
    ) -> Outcome:  # fmt: skip
        """Call the subject that is loaded there; ``function`` is not asked."""
        described = self._described(arguments)
        number = next(self._numbers)
        what = {
            **self._order(described),
            "poison": poison,
            "unwritten": None if unwritten is None else [unwritten.rule, unwritten.poison],
            "way": way,
            "number": number,
        }
        reply = self._asked("call", what, arguments)
        (outcome,) = self._outcomes([arguments], [described], [reply.get("answer")])
        if outcome.returned is None:
            return outcome
        return replace(outcome, kept=KeptThere(self, number, self._subject.starts))

    def together(self, calls: Sequence[Sequence[Any]], poison: int) -> list[Outcome]:
        """The outcomes of several calls that are made at once."""
        outbox = self._subject.process.outbox
        outbox.clear()
        described = [self._sent.send(each, outbox) for each in calls]
        what = {**self._order([]), "calls": described, "poison": poison}
        reply = self._asked("together", what, [each for passed in calls for each in passed])
        return self._outcomes(calls, described, reply.get("answers"))

    def sanitize(self, tool: str, case: str) -> Message:
        """What a tool reports of a case, which is called in a process of its own there."""
        what = {"tool": tool, "case": case, "seconds": SANITIZED * self._limits.call_seconds}
        answer = self._subject.order("sanitize", what, (SANITIZED + 1) * self._limits.call_seconds)
        if not {"code", "report"} <= answer.keys():
            raise self._subject.refuse(NotAMessage("no report"))
        return answer

    def _asked(self, name: str, what: Message, arguments: Sequence[Any]) -> Message:
        """The reply to an order that takes these arguments along."""
        try:
            return self._subject.order(name, what, self._limits.call_seconds)
        except SubjectUnsupported as lack:
            if self.torch_device != "cpu" and _size(arguments) >= PLAUSIBLE:
                raise NoRoom(str(lack)) from None
            raise

    def _outcomes(
        self, calls: Sequence[Sequence[Any]], described: Sequence[list[Message]], answers: Any
    ) -> list[Outcome]:
        """What came of calls; their arguments hold what the subject left in them."""
        inbox, found = self._subject.process.inbox, []
        try:
            for arguments, sent, answer in zip(calls, described, answers, strict=True):
                found.append(outcome_from(answer, inbox, self._limits.memory))
                take_back(arguments, sent, answer["arguments"], inbox)
        except (NotAMessage, KeyError, TypeError, ValueError) as error:
            raise self._subject.refuse(NotAMessage(str(error))) from None
        return found

    def look(self, numbers: Sequence[int]) -> list[Returned]:
        """The results of earlier calls, by their numbers, as they are now."""
        what = {"numbers": numbers, "results_gone": self._results_gone(), "blocks_gone": []}
        reply = self._subject.order("look", what, self._limits.call_seconds)
        inbox, most = self._subject.process.inbox, self._limits.memory
        try:
            return [returned_from(reply["looked"][str(n)], inbox, most) for n in numbers]
        except (NotAMessage, KeyError, TypeError, ValueError) as error:
            raise self._subject.refuse(NotAMessage(str(error))) from None

    def _rehearse(self, function: Callable[..., Any], arguments: Sequence[Any]) -> bool:
        what = self._order(self._described(arguments))
        try:
            reply = self._subject.order("rehearse", what, self._limits.call_seconds)
        except SubjectDied as died:
            died.case = self._noted.case
            raise
        return bool(reply.get("rehearsed"))

    def _described(self, arguments: Sequence[Any]) -> list[Message]:
        outbox = self._subject.process.outbox
        outbox.clear()
        return self._sent.send(arguments, outbox)

    def _order(self, described: list[Message]) -> Message:
        return {
            "arguments": described,
            "case": self._noted.case,
            "rehearsed": self._noted.rehearsed,
            "blocks_gone": self._sent.gone(),
            "results_gone": self._results_gone(),
        }

    def _results_gone(self) -> list[int]:
        if self._start != self._subject.starts:
            self._start = self._subject.starts
            self._gone.clear()
        gone, self._gone = self._gone, []
        return gone

    @property
    def starts(self) -> int:
        """How many processes the subject has had."""
        return self._subject.starts

    def forget(self, number: int) -> None:
        """Nobody will look at the result of this call any more."""
        self._gone.append(number)


def _size(arguments: Sequence[Any]) -> int:
    tensors = (each for each in arguments if isinstance(each, torch.Tensor))
    return sum(tensor.untyped_storage().nbytes() for tensor in tensors)


class KeptThere:
    """A result that the subject's process keeps as long as this object lives.

    ``start`` counts the processes of the subject: the result is gone with its own.
    """

    def __init__(self, device: RemoteDevice, number: int, start: int) -> None:
        self._device, self._number, self._start = device, number, start

    def look_at_all(self, kept: Sequence[Any]) -> list[Returned | None]:
        there = [each for each in kept if each._start == self._device.starts]
        found = self._device.look([each._number for each in there]) if there else []
        by_number = {each._number: one for each, one in zip(there, found, strict=True)}
        return [by_number.get(each._number) for each in kept]

    def __del__(self) -> None:
        self._device.forget(self._number)
