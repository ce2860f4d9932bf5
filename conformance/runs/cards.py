"""One run at a time on a GPU: two would share its memory, and each would disturb what the other
measures.

The lock is a file for each card, which the system frees when the process that holds it ends. Runs
of one process share it: the operators of a family may be asked at once.
"""

import fcntl
import os
import stat
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from time import sleep

from conformance.runs.signals import checkpoint

LOOK = 0.2
"""Seconds between two looks at whether a card is free."""
_VISIBLE = {
    "cuda": ("HIP_VISIBLE_DEVICES", "CUDA_VISIBLE_DEVICES"),
    "xpu": ("ZE_AFFINITY_MASK",),
}
"""Devices that are cards, and the variables that say which cards a process sees, in order."""


def card_of(device: str, environment: Mapping[str, str]) -> str | None:
    """A name for the card behind a device such as ``cuda:1``; None where there is no card.

    It is the same for every process of the machine, whichever cards that process sees.
    """
    name, _, rest = device.partition(":")
    if name not in _VISIBLE:
        return None
    ordinal = int(rest) if rest.isdigit() else 0
    told = next((environment[each] for each in _VISIBLE[name] if each in environment), "")
    seen = [each.strip() for each in told.split(",") if each.strip()]
    card = seen[ordinal] if ordinal < len(seen) else str(ordinal)
    return f"{name}-{''.join(c if c.isalnum() else '-' for c in card)}"


class Cards:
    """The cards that this process holds. ``folder`` is where the locks of the machine lie."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or Path(tempfile.gettempdir()) / "conformance-cards"
        self._guard = threading.Lock()
        self._held: dict[str, tuple[int, int]] = {}

    @contextmanager
    def held(
        self,
        device: str,
        shared: bool = False,
        told: Callable[[str], None] = lambda text: print(text, file=sys.stderr, flush=True),
    ) -> Iterator[None]:
        """While open, no other process's run has the card of ``device``; ``shared`` does not ask.

        ``told`` hears once for whom this waits. Where no lock can be made, none is.
        """
        card = None if shared else card_of(device, os.environ)
        if card is None:
            yield
            return
        self._take(card, device, told)
        try:
            yield
        finally:
            self._give(card)

    def _take(self, card: str, device: str, told: Callable[[str], None]) -> None:
        waiting = False
        while True:
            with self._guard:
                known = self._held.get(card)
                if known is not None:
                    self._held[card] = known[0], known[1] + 1
                    return
                descriptor = self._open(card)
                if descriptor is None:
                    self._held[card] = -1, 1
                    return
                with suppress(BlockingIOError):
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    os.ftruncate(descriptor, 0)
                    os.pwrite(descriptor, _self().encode(), 0)
                    self._held[card] = descriptor, 1
                    return
                other = os.pread(descriptor, 500, 0).decode(errors="replace")
                os.close(descriptor)
            if not waiting:
                waiting = True
                whom = "".join(c for c in other if c.isprintable()) or "another process"
                told(f"waiting for {device}: {whom} uses it; --share-device does not wait")
            checkpoint()
            sleep(LOOK)

    def _give(self, card: str) -> None:
        with self._guard:
            descriptor, count = self._held[card]
            if count > 1:
                self._held[card] = descriptor, count - 1
                return
            del self._held[card]
            if descriptor >= 0:
                os.close(descriptor)

    def _open(self, card: str) -> int | None:
        """The file of a card, which any user of the machine may lock; None where it cannot be."""
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            self._folder.mkdir(mode=0o1777, exist_ok=True)
            with suppress(PermissionError):
                self._folder.chmod(0o1777)
            descriptor = os.open(self._folder / f"{card}.lock", flags, 0o666)
        except OSError:
            return None
        with suppress(PermissionError):
            os.fchmod(descriptor, 0o666)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            return None
        return descriptor


def _self() -> str:
    words = " ".join([Path(sys.argv[0]).name, *sys.argv[1:]])
    return f"process {os.getpid()} ({words[:300]})"


CARDS = Cards()
"""Those of this process."""
