"""What somebody sees who replays a case: values beside what is owed, and a file with all of it."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import torch

from conformance.case import Case
from conformance.events.finding import Finding
from conformance.execution.bench import ZERO, Bench
from conformance.execution.trial import Trial
from conformance.execution.ways.names import Way
from conformance.inputs.build import Built
from conformance.judge.compared import Compared, compared, whole
from conformance.judge.values_text import table_of, what_is
from conformance.memory.unwritten import Unwritten

MOST_CALLS = 32
"""Calls of a case that are kept, the first ones."""


@dataclass(frozen=True)
class Call:
    """One call: copies of what it left behind, before another call writes to it."""

    trial: Trial
    outputs: dict[str, torch.Tensor]
    written: dict[str, torch.Tensor]
    wrong: bool


@dataclass(frozen=True)
class LookedBench(Bench):
    """A bench that keeps what calls left behind."""

    calls: list[Call] = field(default_factory=list)

    @classmethod
    def of(cls, bench: Bench) -> "LookedBench":
        """A bench like another one."""
        return cls(**{each.name: getattr(bench, each.name) for each in fields(bench)})

    def call(
        self, case: Case, built: Built, poison: int = ZERO, unwritten: Unwritten | None = None,
        way: Way | None = None,
    ) -> Trial:  # fmt: skip
        trial = super().call(case, built, poison, unwritten, way)
        # What is captured has computed nothing yet.
        if len(self.calls) < MOST_CALLS and way is not Way.CAPTURED:
            self.calls.append(
                Call(trial, _copied(trial.outputs), _copied(trial.written), _is_wrong(trial))
            )
        return trial


def looked(
    bench: LookedBench, case: Case, findings: Sequence[Finding], dump: str | None
) -> list[str]:
    """Lines about the values of a case: of its first wrong call, else of its last one.

    With ``dump`` all of it is written into that file, and the lines say what is in it. Raises
    ``OSError`` if it cannot be written.
    """
    if not bench.calls:
        return ["the subject was not called"] if dump else []
    call = next((each for each in bench.calls if each.wrong), bench.calls[-1])
    beside: list[Compared] = []
    lines: list[str] = []
    try:
        beside = compared(
            bench.contract, case.axes, call.trial.originals, call.outputs, call.written
        )
        if not whole(bench.contract, case.axes):
            lines.append("of its rows the first ones are shown")
    except Exception as error:  # ids that name nothing, for one, have no oracle
        lines.append(f"no oracle to compare with: {type(error).__name__}: {error}")
    for each in beside:
        lines += table_of(each)
    if not findings:
        lines = []
    return [*lines, *(_dumped(dump, bench, case, call, beside, findings) if dump else [])]


def _dumped(
    path: str,
    bench: Bench,
    case: Case,
    call: Call,
    beside: Sequence[Compared],
    findings: Sequence[Finding],
) -> list[str]:
    names = [argument.name for argument in bench.contract.arguments]
    arguments = dict(zip(names, call.trial.originals, strict=False))
    document: dict[str, Any] = {
        "case": str(case),
        "arguments": {name: _plain(value) for name, value in arguments.items()},
        "outputs": call.outputs,
        "written": call.written,
        "oracle": {each.name: each.wanted.clone() for each in beside},
        "allowed": {e.name: e.allowed.clone() for e in beside if e.allowed is not None},
        "budget": {e.name: _budget(e) for e in beside if e.budget is not None},
        "findings": [f"{each.about}: {each.message}" for each in findings],
        "raised": str(call.trial.outcome.raised or ""),
    }
    data = io.BytesIO()
    torch.save(document, data)
    Path(path).write_bytes(data.getvalue())
    lines = [f"dumped into {path}: torch.load({path!r}) gives a dict"]
    for part, value in document.items():
        if not isinstance(value, dict):
            lines.append(f"  {part:<10} {what_is(value)}")
            continue
        lines += [f"  {part:<10} {name:<16} {what_is(each)}" for name, each in value.items()]
    return lines


def _budget(found: Compared) -> str:
    budget = found.budget
    assert budget is not None
    more = f" + {budget.smallest:g}" if budget.smallest else ""
    scale = f" * max(1, |{budget.magnitude}|)" if budget.magnitude else ""
    return (
        f"|got - oracle| <= {budget.relative:g} * |oracle| + {budget.absolute:g}{scale}{more}: "
        f"{budget.source}"
    )


def _plain(value: Any) -> Any:
    """What ``torch.load`` reads with ``weights_only``: a tensor, a number, a text or None."""
    if isinstance(value, torch.Tensor):
        return value.detach().cpu().clone()
    return value if isinstance(value, bool | int | float | str | None) else str(value)


def _copied(tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {name: tensor.detach().cpu().clone() for name, tensor in tensors.items()}


def _is_wrong(trial: Trial) -> bool:
    try:
        return bool(trial.findings())
    except Exception:  # a check may call with what has no answer
        return False
