"""Runs in which planted faults fail, made of lines of cases alone."""

from collections.abc import Callable, Iterator, Mapping
from itertools import product

from conformance.case import Case
from conformance.case.case import TensorSpec
from conformance.events.events import CheckFinished, Failure
from conformance.events.finding import Finding, Kind
from conformance.events.verdict import Verdict

Shows = Callable[[Case], bool]
SIZES = {"T": (0, 1, 31, 32, 128, 129, 200), "E": (1, 31, 32, 33, 64, 128), "K": (1, 2, 8, 9)}
IDS = Finding("ids", "ids outside the range", "[9]", "0 … 7", "row 0", kind=Kind.SELECTION)
WEIGHTS = Finding("weights", "off by 1", "2", "1", "element [0]", kind=Kind.VALUE)


def grid(check: str, layouts=("dense",), values=("normal",)) -> Iterator[Case]:
    """Every size of every axis, in two dtypes."""
    for t, e, k, dtype, layout, pattern in product(
        *SIZES.values(), ("float32", "bfloat16"), layouts, values
    ):
        x = TensorSpec(dtype, pattern, layout)
        scale = TensorSpec("float32", "signed", "dense")
        yield Case("route", check, {"T": t, "E": e, "K": k}, {"x": x, "scale": scale}, seed=1)


def asked(check: str, faults: Mapping[Finding, Shows], **more) -> CheckFinished:
    """What a check comes to that asks the grid; empty cases never show anything."""
    cases = list(grid(check, **more))
    failures = []
    for finding, shows in faults.items():
        lines = [str(c) for c in cases if 0 not in c.axes.values() and shows(c)]
        if lines:
            failures.append(Failure(lines[0], (finding,), None, len(lines), tuple(lines)))
    verdict = Verdict.FAIL if failures else Verdict.PASS
    lines = tuple(map(str, cases))
    return CheckFinished(
        check, "?", verdict, len(cases), 1.0, failures=tuple(failures), asked=lines
    )
