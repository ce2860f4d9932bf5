"""The signatures that launches asked for, each with the cases that launched it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from conformance.triton_cache import name_functions
from conformance.triton_compiler import Signature, is_compiled, specialised

VENDORS = ("cuda", "hip")


@dataclass
class Launched:
    """One signature of a kernel, as launches asked for it.

    ``of`` holds it for each vendor's GPUs; it is an exception where Triton refuses the arguments.
    ``instead`` are signatures that an autotuner may take in its place.
    """

    kernel: Any
    of: dict[str, Signature | Exception]
    instead: list[Launched] = field(default_factory=list)


class LaunchLog:
    """What was launched so far, in order."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, str], Launched] = {}
        self._of_case: dict[str, dict[int, Launched]] = {}
        self._case: str | None = None
        self._rehearsed: set[str] = set()
        self.built: dict[tuple[int, str], Any] = {}
        """What came of building a signature (its ``id``) for a GPU (its name)."""
        self.uncompiled = False
        """Whether a kernel was launched that the compiler never sees, an interpreted one."""

    @contextmanager
    def during(self, case: str, rehearsed: bool = False) -> Iterator[None]:
        """Launches meanwhile belong to ``case``; ``rehearsed`` says that none of them runs."""
        previous, self._case = self._case, case
        self._of_case.setdefault(case, {})
        if rehearsed:
            self._rehearsed.add(case)
        else:
            self._rehearsed.discard(case)
        try:
            yield
        finally:
            self._case = previous

    def note(
        self, kernel: Any, arguments: tuple, keywords: dict[str, Any],
        others: Callable[[], list[tuple[Any, tuple, dict[str, Any]]]] = list,
    ) -> Launched | None:  # fmt: skip
        """A launch, and what was noted of it, if anything.

        ``others`` returns those that an autotuner could have made instead.
        """
        if self._case is None:
            return None
        if not is_compiled(kernel):
            self.uncompiled = True
            return None
        count = len(self._known)
        launched = self._launched(kernel, arguments, keywords)
        self._of_case[self._case][id(launched)] = launched
        if len(self._known) > count:
            launched.instead = [self._launched(*each) for each in others()]
        return launched

    def _launched(self, kernel: Any, arguments: tuple, keywords: dict[str, Any]) -> Launched:
        try:
            text = specialised(kernel, arguments, keywords, VENDORS[0])[0]
        except Exception as error:
            text = f"{type(error).__name__}: {error}"
        known = self._known.get((id(kernel), text))
        if known is None:
            name_functions(kernel)
            of = {vendor: _signature(kernel, arguments, keywords, vendor) for vendor in VENDORS}
            known = self._known[id(kernel), text] = Launched(kernel, of)
        return known

    def all(self) -> tuple[Launched, ...]:
        """Every signature so far, each once, in order."""
        return tuple(self._known.values())

    def cases(self) -> tuple[str, ...]:
        """Every case so far, in order."""
        return tuple(self._of_case)

    def of_case(self, case: str) -> list[Launched] | None:
        """What a case launched, None if it never ran."""
        found = self._of_case.get(case)
        return None if found is None else list(found.values())

    def forget_rehearsal(self, case: str) -> bool:
        """Forget what a case launched if none of it ran; whether that is so."""
        if case not in self._rehearsed:
            return False
        self._rehearsed.remove(case)
        del self._of_case[case]
        return True


def _signature(
    kernel: Any, arguments: tuple, keywords: dict[str, Any], vendor: str
) -> Signature | Exception:
    try:
        return specialised(kernel, arguments, keywords, vendor)[1]()
    except Exception as error:  # what Triton says of the launch itself
        return error
