"""What an engine tells of a call beside its answer, as checks read it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from conformance.generation.setup import Calls, Generated, Started, Step


@dataclass(frozen=True)
class Expected:
    """What the engine owes to call: what fits the patterns ``called``, once for each step and each
    of the ``layers`` that have it; ``never`` are patterns of what else would do its work."""

    called: tuple[str, ...]
    layers: int
    never: tuple[str, ...] = ()
    what: str = ""

    def as_dict(self) -> dict[str, Any]:
        return {
            "called": list(self.called), "layers": self.layers, "never": list(self.never),
            "what": self.what,
        }  # fmt: skip

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Expected":
        return cls(
            tuple(map(str, data["called"])), int(data["layers"]), tuple(map(str, data["never"])),
            str(data["what"]),
        )  # fmt: skip


@dataclass(frozen=True)
class Broken:
    """Where a rule of memory was broken first: ``step`` counts from 0, ``detail`` says what was
    declared or asked for, and what there is."""

    kernel: str
    line: str
    phase: str = ""
    layer: int | None = None
    step: int | None = None
    detail: str = ""

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "Broken":
        """From a violation as data, whose kind of engine may have added its place."""
        layer, step = data.get("layer"), data.get("step")
        return cls(
            str(data.get("kernel", "")), f"{data.get('file', '')}:{data.get('line', '')}",
            str(data.get("phase", "")), None if layer is None else int(layer),
            None if step is None else int(step), str(data.get("detail", "")),
        )  # fmt: skip

    def __str__(self) -> str:
        phase = f" ({self.phase})" if self.phase else ""
        parts = [
            f"step {self.step}{phase}" if self.step is not None else self.phase,
            f"layer {self.layer}" if self.layer is not None else "",
        ]
        place = ", ".join(filter(None, parts))
        return ": ".join(filter(None, (place, self.detail)))


@dataclass(frozen=True)
class Told:
    """What an engine was started as, and what it did in one call."""

    started: Started
    steps: tuple[Step, ...] = ()
    calls: tuple[Calls, ...] = ()
    cached: tuple[int, ...] = ()
    remarks: tuple[str, ...] = ()
    expected: tuple[Expected, ...] = ()
    taps: str = ""
    """The file with outputs of layers, if they were asked for."""
    violations: tuple[Broken, ...] = ()
    """Those of the outcome, in its order."""
    more: Mapping[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        return {
            "started": self.started.as_dict(),
            "steps": [{"phase": s.phase, "tokens": dict(s.tokens)} for s in self.steps],
            "calls": [vars(each) for each in self.calls],
            "cached": list(self.cached),
            "remarks": list(self.remarks),
            "expected": [each.as_dict() for each in self.expected],
            "taps": self.taps,
            "violations": [vars(each) for each in self.violations],
            "more": dict(self.more),
        }

    @classmethod
    def of(
        cls, started: Started, generated: Generated, expected: Iterable[Expected], taps: str = ""
    ) -> "Told":
        """What is told of an answer."""
        return cls(
            started, generated.steps, generated.calls, generated.cached, generated.remarks,
            tuple(expected), taps, tuple(map(Broken.of, generated.violations)),
        )  # fmt: skip

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Told":
        """Reads :meth:`as_dict`. Raises ``KeyError``, ``TypeError`` or ``ValueError`` for anything
        else: it comes from another process."""
        steps = [
            Step(str(s["phase"]), {int(r): int(n) for r, n in s["tokens"].items()})
            for s in data["steps"]
        ]
        return cls(
            Started.from_dict(data["started"]),
            tuple(steps),
            tuple(Calls(**each) for each in data["calls"]),
            tuple(map(int, data["cached"])),
            tuple(map(str, data["remarks"])),
            tuple(Expected.from_dict(each) for each in data["expected"]),
            str(data["taps"]),
            tuple(Broken(**each) for each in data["violations"]),
            dict(data["more"]),
        )

    def count(self, patterns: Iterable[str], phase: str | None = None) -> int:
        """How often something was called whose name fits one of the patterns."""
        wanted = tuple(patterns)
        return sum(
            each.count
            for each in self.calls
            if (phase is None or each.phase == phase)
            and any(fnmatchcase(each.name, pattern) for pattern in wanted)
        )
