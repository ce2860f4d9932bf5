"""Builds of kernels that are in the process of a subject."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from conformance.asking.remote.subject import RemoteSubject
from conformance.events.needs import KernelNeeds
from conformance.targets.builds import Refused, Step

SECONDS = 900.0
"""Until the next build is done; one takes at most 300 s, and every core builds."""


class Noted:
    """Which case the calls belong to that are made meanwhile."""

    def __init__(self) -> None:
        self.case: str | None = None
        self.rehearsed = False
        self.cases: dict[str, None] = {}

    @contextmanager
    def during(self, case: str, rehearsed: bool = False) -> Iterator[None]:
        """Launches meanwhile belong to ``case``; ``rehearsed`` says that none of them runs."""
        before = self.case, self.rehearsed
        self.case, self.rehearsed = case, rehearsed
        self.cases.setdefault(case)
        try:
            yield
        finally:
            self.case, self.rehearsed = before


class RemoteBuilds:
    """See :class:`~conformance.targets.builds.Builds`."""

    def __init__(self, subject: RemoteSubject, noted: Noted) -> None:
        self._subject, self._noted = subject, noted

    @property
    def uncompiled(self) -> bool:
        return bool(self._ask("uncompiled"))

    def cases(self) -> Sequence[str]:
        return tuple(self._noted.cases)

    def launched(self, case: str) -> list[int] | None:
        found = self._ask("launched", case)
        return None if found is None else list(map(int, found))

    def forget_rehearsal(self, case: str) -> bool:
        return bool(self._ask("forget_rehearsal", case))

    def ahead(self, least: int = 1, patient: bool = False) -> int:
        return int(self._ask("ahead", least, patient))

    def compiling(self) -> bool:
        return bool(self._ask("compiling"))

    def unavailable(self, gpus: Sequence[str]) -> dict[str, str]:
        found = self._ask("unavailable", list(gpus))
        return {name: str(found[name]) for name in gpus if name in found}

    def plan(self, launched: Sequence[int], gpus: Sequence[str], binaries: str) -> list[Step]:
        return [
            Step(int(step["launched"]), str(step["gpu"]), bool(step["whole"]))
            for step in self._ask("plan", list(launched), list(gpus), binaries)
        ]

    def build(self, plan: Sequence[Step], done: Callable[[int], None] = lambda place: None) -> None:
        def progress(message: dict[str, Any]) -> bool:
            if "built" in message:
                done(int(message["built"]))
            return "built" in message

        self._ask("build", [asdict(step) for step in plan], progress=progress)

    def refused(self, launched: Sequence[int], gpu: str) -> list[Refused]:
        found = self._ask("refused", list(launched), gpu, progress=lambda m: "built" in m)
        return [Refused(**{name: str(text) for name, text in each.items()}) for each in found]

    def needs(self, plan: Sequence[Step]) -> tuple[KernelNeeds, ...]:
        found = self._ask("needs", [asdict(step) for step in plan])
        return tuple(KernelNeeds(**each) for each in found)

    def _ask(
        self, name: str, *arguments: Any,
        progress: Callable[[dict[str, Any]], bool] = lambda message: False,
    ) -> Any:  # fmt: skip
        what = {"asked": (name, arguments)}
        return self._subject.order("builds", what, SECONDS, progress=progress)["told"]
