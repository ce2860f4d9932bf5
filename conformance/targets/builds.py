"""What is asked of whoever builds the kernels that were launched, wherever these kernels are.

Everything here is plain data, so that it can be asked of another process. Imports no Triton.
"""

from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from conformance.events.needs import KernelNeeds


@dataclass(frozen=True)
class Step:
    """A signature (its number) that is built for a GPU, ``whole``: down to the binary."""

    launched: int
    gpu: str
    whole: bool


@dataclass(frozen=True)
class Refused:
    """What the compiler has against a signature. ``place`` is FILE:LINE of the kernel."""

    kernel: str
    gpu: str
    what: str
    message: str
    place: str


class Builds(Protocol):
    """Knows which case launched which signatures, by their numbers, and has them built."""

    @property
    def uncompiled(self) -> bool:
        """Whether a kernel was launched that the compiler never sees, an interpreted one."""

    @abstractmethod
    def cases(self) -> Sequence[str]:
        """The lines of all cases so far, in order."""

    @abstractmethod
    def launched(self, case: str) -> list[int] | None:
        """What a case launched, None if it never ran."""

    @abstractmethod
    def forget_rehearsal(self, case: str) -> bool:
        """Forget what a case launched if none of it ran; whether that is so."""

    @abstractmethod
    def ahead(self, least: int = 1, patient: bool = False) -> int:
        """Begin to compile what was noted for the device that is here; how many signatures.

        Processes compile it beside everything else. Nothing is begun for fewer than ``least``. If
        it is ``patient``, what other runs have compiled goes first.
        """

    @abstractmethod
    def compiling(self) -> bool:
        """Whether something that was begun ahead is not compiled yet."""

    @abstractmethod
    def unavailable(self, gpus: Sequence[str]) -> dict[str, str]:
        """The GPUs for which nothing can be built here, and why."""

    @abstractmethod
    def plan(self, launched: Sequence[int], gpus: Sequence[str], binaries: str) -> list[Step]:
        """What is built for which GPU. ``binaries`` is none, some or all."""

    @abstractmethod
    def build(self, plan: Sequence[Step], done: Callable[[int], None]) -> None:
        """Build and remember. ``done`` hears the place of each step that was built."""

    @abstractmethod
    def refused(self, launched: Sequence[int], gpu: str) -> list[Refused]:
        """What the compiler has against these; what was never built is built first."""

    @abstractmethod
    def needs(self, plan: Sequence[Step]) -> tuple[KernelNeeds, ...]:
        """What the kernels of a plan need, once it is built."""
