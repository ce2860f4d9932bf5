"""Does the fake kernel hold for every size, without asking for one?

It is run with a symbol for every size that the operator takes in several sizes. It must not ask for
values, must not take a size for a number (every other size would be compiled anew, or wrongly), and
what it says in terms of the symbols must be what the real kernel returns in all other calls.
"""

from collections.abc import Mapping

import torch

from conformance import torch_registry
from conformance.case import Case
from conformance.checks.registration.check import RegistrationCheck, calls, usual
from conformance.events.finding import Finding, Kind
from conformance.events.verdict import NotSupported
from conformance.registrations.calls.call import Call
from conformance.registrations.calls.types import type_of
from conformance.registrations.examined import Examined
from conformance.torch_internals import tensors_in
from conformance.torch_tracing import DATA_DEPENDENT, Symbols, first_line


def _lacks(examined: Examined) -> str | None:
    if lack := calls(examined):
        return lack
    if not torch_registry.has_fake(examined.registered.overload):
        return "there is no fake kernel"
    return None


def _decide(examined: Examined, case: Case) -> list[Finding]:
    examined.answered(case)
    call, varying = _with_sizes_to_open(examined)
    if not varying:
        raise NotSupported("the operator takes no size but that of the usual call")
    symbols = Symbols()
    integers = _varying_integers(examined)
    with symbols.mode:
        fakes = call.mapped(lambda name, tensor: symbols.tensor(name, tensor, varying))
        symbolic = {name: symbols.integer(name, call.values[name]) for name in integers}
        try:
            result = fakes.with_values(**symbolic).of(examined.registered.overload)
        except DATA_DEPENDENT as error:
            message = "it asks for values, which a compiler does not have"
            return [
                Finding("fake kernel", message, first_line(error), kind=Kind.RAISED, cause="data")
            ]
        except Exception as error:
            message = "it raises for open sizes"
            return [
                Finding("fake kernel", message, first_line(error), kind=Kind.RAISED, cause="open")
            ]
    findings = [
        Finding(
            name, f"the fake kernel takes it for {value}; the operator takes other sizes",
            str(value), "any", kind=Kind.SHAPE, cause="specialised",
        )
        for name, value in symbols.specialised().items()
    ]  # fmt: skip
    return findings or _elsewhere(examined, symbols, list(tensors_in(result)), integers)


def _with_sizes_to_open(examined: Examined) -> tuple[Call, list[tuple[str, int]]]:
    """A call, and its dimensions that the operator takes in several sizes.

    Torch keeps sizes of 0 and 1 apart from others: the call has as few of them as there can be.
    """
    best: tuple[Call, list[tuple[str, int]]] | None = None
    for case in examined.sized():
        call = examined.build(case)
        sizes = _sizes(call)
        able = [place for place in examined.varying() if sizes.get(place, 0) > 1]
        if best is None or len(able) > len(best[1]):
            best = call, sorted(able)
    assert best is not None, "the usual call is among them"
    return best


def _varying_integers(examined: Examined) -> list[str]:
    """Integers of the schema that may be open (``SymInt``) and that the calls vary."""
    seen: dict[str, set[int]] = {}
    for case in examined.sized():
        for argument in examined.registered.arguments:
            value = examined.build(case).values.get(argument.name)
            plain = type_of(argument)
            is_open = argument.real_type.kind() == "SymIntType" and not plain.several
            if is_open and isinstance(value, int):
                seen.setdefault(argument.name, set()).add(value)
    return [name for name, values in seen.items() if len(values) > 1]


def _elsewhere(
    examined: Examined, symbols: Symbols, said: list[torch.Tensor], integers: list[str]
) -> list[Finding]:
    """What the symbols say of the other calls, against what the real kernel returns there."""
    first = _with_sizes_to_open(examined)[0]
    usual = _rest(first, symbols, dict.fromkeys(integers, 0))
    for case in examined.sized():
        call = examined.build(case)
        real = examined.run(call)
        if real.raised is not None or len(real.tensors) != len(said):
            continue
        sizes = _sizes(call)
        numbers = {name: int(call.values[name]) for name in integers}
        # Torch keeps sizes of 0 and 1 apart: symbols speak of others.
        small = any(sizes[place] < 2 for place in symbols.of if place in sizes)
        if small or not _same_ranks(symbols, sizes) or _rest(call, symbols, numbers) != usual:
            continue
        for place, (got, wanted) in enumerate(zip(said, real.tensors, strict=True)):
            told = tuple(symbols.value(size, sizes, numbers) for size in got.shape)
            if None not in told and told != tuple(wanted.shape):
                text = f"({', '.join(map(symbols.text, got.shape))})"
                message = f"the fake kernel says {text}, which is another shape in this call"
                where = ", ".join(f"{n} {tuple(t.shape)}" for n, t in call.tensors.items())
                return [
                    Finding(
                        f"result {place}", message, str(told), str(tuple(wanted.shape)), where,
                        Kind.SHAPE, cause="elsewhere",
                    )
                ]  # fmt: skip
    return []


def _sizes(call: Call) -> dict[tuple[str, int], int]:
    return {
        (name, axis - tensor.dim()): size
        for name, tensor in call.tensors.items()
        for axis, size in enumerate(tensor.shape)
    }


def _rest(call: Call, symbols: Symbols, open_: Mapping[str, int]) -> dict[str, object]:
    """What a call says beside what has a symbol: the symbols hold only where this is the same."""
    rest: dict[str, object] = {
        name: repr(value)
        for name, value in call.values.items()
        if name not in call.tensors and name not in open_ and not isinstance(value, list)
    }
    for place, size in _sizes(call).items():
        if place not in symbols.of:
            rest[str(place)] = size
    return rest


def _same_ranks(symbols: Symbols, sizes: Mapping[tuple[str, int], int]) -> bool:
    return all(dimension in sizes for dimension in symbols.of)


CHECK = RegistrationCheck(
    "symbolic", "Does the fake kernel hold for every size, without asking for one?",
    _decide, usual, _lacks,
)  # fmt: skip
