"""Are calls refused that have no right answer?

Derived from the contract: sizes given as numbers that are too small or break a constraint, tensors
whose shared axis has another length, tensors of another rank, and a size that is no ``int``. Each
must raise; which exception is open. A tensor of a dtype that the contract does not list may be
refused or answered rightly for the values it holds (an int32 converts exactly); a wrong answer is
a failure. These cases form a check of their own so that a waiver can cover them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import torch

from conformance.build.tensors import Built
from conformance.case import Case
from conformance.case.draw import usual_case
from conformance.checks.check import Check
from conformance.contract import Contract, SizeArgument
from conformance.judge.finding import Finding, shorten
from conformance.run.bench import Bench, NotSupported


@dataclass(frozen=True)
class Wrong:
    """One way to call an operator wrongly: which argument, by what, and what is wrong."""

    id: str
    position: int
    change: Callable[[Any, Case], Any]
    wanted: str
    may_answer: bool = False


def _longer(axis: int, by: int):
    def change(tensor: torch.Tensor, case: Case) -> torch.Tensor:
        shape = list(tensor.shape)
        shape[axis] += by
        if by < 0:
            return tensor.narrow(axis, 0, shape[axis]).clone()
        return torch.cat([tensor, tensor.narrow(axis, 0, by)], axis)

    return change


def wrongs(contract: Contract) -> Iterator[Wrong]:
    """Every wrong call that the contract implies."""
    for position, argument in enumerate(contract.arguments):
        name = argument.name
        if isinstance(argument, SizeArgument):
            axis = contract.axis(argument.axis)
            for size in (axis.least - 1, axis.least - 2):
                yield Wrong(
                    f"{name}={size}", position, lambda v, c, s=size: s, f"{name} >= {axis.least}"
                )
            for constraint in contract.constraints:
                if axis.name in constraint.names():
                    yield Wrong(
                        f"{name}-breaks-{_word(constraint.text)}",
                        position,
                        _breaks(contract, axis.name, constraint),
                        constraint.text,
                    )
            yield Wrong(f"{name}-float", position, lambda v, c: float(v), f"{name} is an int")
            continue
        for place, axis_name in enumerate(argument.axes):
            shared = [a for a in contract.tensors if axis_name in a.axes and a is not argument]
            if shared and len(argument.axes) <= min(len(a.axes) for a in shared):
                for by in (-1, 1):
                    yield Wrong(
                        f"{name}-{axis_name}{by:+d}",
                        position,
                        _longer(place, by),
                        f"{name} of length {axis_name}",
                    )
        rank = len(argument.axes)
        yield Wrong(
            f"{name}-rank-{rank + 1}",
            position,
            lambda v, c: v[None].clone(),
            f"{name} of rank {rank}",
        )
        if rank:
            yield Wrong(
                f"{name}-rank-{rank - 1}",
                position,
                lambda v, c: v[0].clone(),
                f"{name} of rank {rank}",
            )
        yield Wrong(
            f"{name}-int32",
            position,
            lambda v, c: (v * 3).round().to(torch.int32),
            f"{name} of dtype {', '.join(argument.dtypes)}",
            may_answer=True,
        )


def _word(text: str) -> str:
    return text.replace(" ", "")


def _breaks(contract: Contract, axis: str, constraint) -> Callable[[Any, Case], int]:
    def change(value: int, case: Case) -> int:
        size = value
        while constraint.holds({**case.axes, axis: size}):
            size += 1
        return size

    return change


def _fixed(contract: Contract) -> Iterator[Case]:
    sizes = {axis.name: max(min(axis.usual, 8), axis.least) for axis in contract.axes}
    if contract.selection:
        sizes[contract.selection.count] = 2
    for wrong in wrongs(contract):
        yield usual_case(contract, "arguments", **sizes).with_options(call=wrong.id)


def _decide(bench: Bench, case: Case) -> list[Finding]:
    wrong = next((w for w in wrongs(bench.contract) if w.id == case.options.get("call")), None)
    if wrong is None:
        raise NotSupported(f"no such wrong call: {case.options.get('call')}")
    built = bench.build(case)
    value = wrong.change(built.arguments[wrong.position], case)
    built = built.replaced(wrong.position, value)
    trial = bench.call(case, built)
    raised = trial.outcome.raised
    if raised and not raised.unsupported:
        return []
    if wrong.may_answer:
        return [replace(f, message=f"{f.message}, for {wrong.id}") for f in trial.findings()]
    if raised:
        raise NotSupported(str(raised))
    return [_accepted(bench, wrong, value, built, trial.outcome.tensors)]


def _accepted(bench: Bench, wrong: Wrong, value: Any, built: Built, results) -> Finding:
    given = tuple(value.shape) if isinstance(value, torch.Tensor) else value
    name = bench.contract.arguments[wrong.position].name
    answer = "; ".join(
        f"{output.name} {tuple(tensor.shape)} {shorten(tensor.flatten()[:4].tolist())}"
        for output, tensor in zip(bench.contract.outputs, results, strict=False)
    )
    return Finding(
        name,
        f"a call without a right answer was accepted: {name} = {given}",
        f"answered {answer}",
        f"an exception, since {wrong.wanted}",
    )


CHECK = Check("arguments", "Are calls refused that have no right answer?", _decide, fixed=_fixed)
