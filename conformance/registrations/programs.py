"""Small programs around a call, run as they are and compiled, and compared bit for bit."""

from collections.abc import Callable, Sequence
from typing import Any

import torch

from conformance.case import Case
from conformance.events.finding import Finding, Kind
from conformance.registrations.around import look, turn
from conformance.registrations.calls.call import Call
from conformance.registrations.examined import CallRefused, Examined
from conformance.registrations.stored import bytes_of, differing
from conformance.torch_internals import tensors_in
from conformance.torch_tracing import Compiled, first_line

Program = Callable[..., Any]
"""Takes the arguments of a call, and calls the operator in some surroundings."""
COMPOSITE_ULPS = 32
"""Units in the last place by which arithmetic that a compiler fuses may differ: an operator that
consists of others is compiled into their arithmetic, which is then not rounded in between."""


def compared(examined: Examined, case: Case, program: Program, backend: str) -> list[Finding]:
    """What differs between a program and the compiled program, on equal arguments.

    Raises :class:`CallRefused` if the program raises as it is.
    """
    plain, compiled = examined.build(case), examined.build(case)
    expected, raised = called(examined, plain, program)
    if raised:
        raise CallRefused(f"the operator refuses the call: {raised}")
    got, raised = called(examined, compiled, Compiled(program, backend))
    if raised:
        message = f"with {backend} it cannot be compiled as one graph"
        return [Finding(backend, message, raised, kind=Kind.RAISED, cause="compile")]
    return differences(examined, case, (plain, expected), (compiled, got), backend)


def called(examined: Examined, call: Call, program: Program) -> tuple[list[Any], str]:
    """The tensors that a program returns, and what it raised."""
    positional, keywords = call.passed
    said: list[str] = []

    def function(*arguments: Any) -> Any:
        try:
            return program(*arguments, **keywords)
        except Exception as error:
            said.append(first_line(error))
            raise

    outcome = examined.device.call(function, positional, 0)
    if outcome.raised is not None:
        return [], said[0][:500] if said else str(outcome.raised)[:500]
    return list(tensors_in(outcome.result)), ""


def differences(
    examined: Examined,
    case: Case,
    wanted: tuple[Call, Sequence[torch.Tensor]],
    got: tuple[Call, Sequence[torch.Tensor]],
    about: str,
) -> list[Finding]:
    """What differs between results, and between what was left in the arguments."""
    (plain, expected), (other, seen) = wanted, got
    if len(expected) != len(seen):
        message = "it returns another number of tensors"
        return [Finding(about, message, str(len(seen)), str(len(expected)), kind=Kind.STRUCTURE)]
    stable = examined.is_stable(case)
    findings: list[Finding] = []
    for place, (a, b) in enumerate(zip(expected, seen, strict=True)):
        findings += _result(f"{about}: result {place}", a, b, stable, examined)
    for name, tensor in plain.tensors.items() if stable else ():
        differs = bytes_of(tensor) != bytes_of(other.tensors[name])
        if bool(differs.any()) and not _near(tensor, other.tensors[name], examined):
            message = "an argument holds something else afterwards than without a compiler"
            where = f"{int(differs.sum())} bytes"
            findings.append(
                Finding(f"{about}: {name}", message, where=where, kind=Kind.CHANGED, cause="left")
            )
    return findings


def _result(
    name: str, a: torch.Tensor, b: torch.Tensor, stable: bool, examined: Examined
) -> list[Finding]:
    if a.shape != b.shape or a.dtype != b.dtype:
        got, wanted = (f"{tuple(each.shape)} {each.dtype}" for each in (b, a))
        message = "it has another shape or dtype than without a compiler"
        return [Finding(name, message, got, wanted, kind=Kind.SHAPE)]
    if not stable:
        return []
    differs = differing(a, b)
    if not bool(differs.any()) or _near(a, b, examined):
        return []
    place = differs.nonzero()[0].tolist()
    got, wanted = (str(each[tuple(place)].item()) for each in (b, a))
    message = f"{int(differs.sum())} elements differ from those without a compiler"
    return [Finding(name, message, got, wanted, f"element {place}", Kind.VALUE)]


def _near(a: torch.Tensor, b: torch.Tensor, examined: Examined) -> bool:
    """Whether an operator that consists of others differs by rounding only."""
    if not examined.registered.is_composite or not a.is_floating_point():
        return False
    step = COMPOSITE_ULPS * torch.finfo(a.dtype).eps
    x, y = a.detach().double().cpu(), b.detach().double().cpu()
    return bool(torch.isclose(x, y, rtol=step, atol=step, equal_nan=True).all())


def plain(examined: Examined) -> Program:
    """A call, and a later read of everything that was passed."""
    operator, read = examined.registered.overload, look()

    def program(*arguments: Any, **keywords: Any) -> Any:
        result = operator(*arguments, **keywords)
        return result, [read(each) for each in tensors_in((arguments, keywords))]

    return program


def without_numbers(call: Call, program: Program) -> tuple[Program, Call]:
    """The program with everything but the tensors of its own arguments built in, and a call of it.

    So is an operator called in a model: numbers are constants there.
    """
    tensors = {n: value for n, value in call.values.items() if any(True for _ in tensors_in(value))}

    def built_in(*given: Any) -> Any:
        values = {**call.values, **dict(zip(tensors, given, strict=True))}
        positional = [value for name, value in values.items() if name not in call.keyword_only]
        return program(*positional, **{name: values[name] for name in call.keyword_only})

    return built_in, Call(tensors)


def computed_with(examined: Examined) -> Program:
    """A call between arithmetic that a compiler writes kernels for."""
    operator = examined.registered.overload

    def program(*arguments: Any, **keywords: Any) -> Any:
        result = operator(*arguments, **keywords)
        left = [each + each for each in tensors_in((arguments, keywords)) if _adds(each)]
        return [each + each for each in tensors_in(result) if _adds(each)], left

    return program


def _adds(tensor: torch.Tensor) -> bool:
    return tensor.dtype.itemsize > 1


def unused(examined: Examined) -> Program:
    """A call whose result nobody uses, and a later read of everything that was passed."""
    operator, read = examined.registered.overload, look()

    def program(*arguments: Any, **keywords: Any) -> Any:
        operator(*arguments, **keywords)
        return [read(each) for each in tensors_in((arguments, keywords))]

    return program


def twice(examined: Examined) -> Program:
    """Two equal calls, with a read of everything that was passed after each."""
    operator, read = examined.registered.overload, look()

    def program(*arguments: Any, **keywords: Any) -> Any:
        first = operator(*arguments, **keywords)
        between = [read(each) for each in tensors_in((arguments, keywords))]
        second = operator(*arguments, **keywords)
        return first, between, second, [read(each) for each in tensors_in((arguments, keywords))]

    return program


def moved(examined: Examined, name: str, place: int) -> Program:
    """A call before and a call after somebody else's write to an argument, by place or name."""
    operator, read, write = examined.registered.overload, look(), turn()

    def program(*arguments: Any, **keywords: Any) -> Any:
        before = [read(each) for each in tensors_in((arguments, keywords))]
        first = operator(*arguments, **keywords)
        between = [read(each) for each in tensors_in((arguments, keywords))]
        write(keywords[name] if name in keywords else arguments[place])
        second = operator(*arguments, **keywords)
        after = [read(each) for each in tensors_in((arguments, keywords))]
        return before, first, between, second, after

    return program
