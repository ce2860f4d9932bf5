"""Calls to try on a fake kernel of which only the schema is known, always in the same order."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from random import Random
from typing import Any

import torch

from conformance.catalogue.operators import find_operator, operator_names
from conformance.contract import Contract
from conformance.registrations.calls.call import Call
from conformance.registrations.calls.contracted import ContractedCalls
from conformance.registrations.registered import Registered

_INTEGERS = re.compile(
    r"(^|_)(ids?|idx|ind(ex|ices)|tables?|slots?|slot_mapping|lens?|lengths?|positions?|offsets?|"
    r"indptr|seqlens?|counts?|cu_.*)(_|$)"
)
"""Names of tensors that hold integers."""
_RANKS = (2, 3, 1, 4, 5, 0)
_DRAWN = 40
"""Calls with a rank of its own for each tensor."""
_ONE_SIZE = 16


def documented(registered: Registered) -> Iterator[Call]:
    """The usual call of the contract that describes the operator, if there is one here."""
    contract = contract_of(registered)
    if contract is not None:
        calls = ContractedCalls(
            registered.name, contract, registered.names, registered.keyword_only
        )
        yield calls.build(calls.usual("fake"), "cpu")


def contract_of(registered: Registered) -> Contract | None:
    """The contract of an installed operator with this name and these arguments."""
    short = registered.name.partition("::")[2].partition(".")[0]
    for name in operator_names():
        if short == name or short.endswith(f"_{name}"):
            contract = find_operator(name).contract
            if set(registered.names) <= {argument.name for argument in contract.arguments}:
                return contract
    return None


def tried(name: str, arguments: Sequence[Any]) -> Iterator[Call]:
    """Calls of an operator with these arguments, the simplest first.

    Sizes are different primes at first, so that nothing is equal by chance; then all are one
    number, for fakes that compare sizes.
    """
    tensors = [each.name for each in arguments if _is_tensor(each) and not each.has_default_value()]
    seen = set()
    for ranks in _ranks(name, len(tensors)):
        by_argument = dict(zip(tensors, ranks, strict=True))
        for whole, distinct, optional in product((False, True), (True, False), (True, False)):
            call = _call(arguments, by_argument, whole, distinct, optional)
            key = repr([(n, getattr(v, "shape", v), getattr(v, "dtype", 0))
                        for n, v in call.values.items()])  # fmt: skip
            if key not in seen:
                seen.add(key)
                yield call


def _ranks(name: str, count: int) -> Iterator[tuple[int, ...]]:
    for rank in _RANKS:
        yield (rank,) * count
    if count == 2:
        yield from product(_RANKS[:5], repeat=2)
    random = Random(name)
    for _ in range(_DRAWN if count > 2 else 0):
        yield tuple(random.choice(_RANKS[:5]) for _ in range(count))


def _call(
    arguments: Sequence[Any],
    ranks: Mapping[str, int],
    by_name: bool,
    distinct: bool,
    integers: bool,
) -> Call:
    """One call. ``integers`` are passed also where there is a default."""
    primes = _primes()

    def size() -> int:
        return next(primes) if distinct else _ONE_SIZE

    def tensor(name: str) -> torch.Tensor:
        whole = by_name and _INTEGERS.search(name)
        dtype = torch.int64 if whole else torch.float32
        return torch.empty([size() for _ in range(ranks[name])], dtype=dtype)

    passed: dict[str, Any] = {}
    for argument in arguments:
        name, type_ = argument.name, str(argument.type)
        if name in ranks:
            listed = type_.startswith("List[")
            count = (argument.N or 2) if listed else 1
            made = [tensor(name) for _ in range(count)]
            passed[name] = made if listed else made[0]
        elif str(argument.real_type) == "int" and (integers or not argument.has_default_value()):
            passed[name] = size()
        elif not argument.has_default_value():
            passed[name] = _value(type_, argument)
    # What stands before something that is passed by position cannot be left out.
    last = max((at for at, a in enumerate(arguments) if a.name in passed), default=-1)
    values = {
        argument.name: passed.get(argument.name, argument.default_value)
        for at, argument in enumerate(arguments)
        if argument.name in passed or (at < last and not argument.kwarg_only)
    }
    return Call(values, frozenset(a.name for a in arguments if a.kwarg_only))


def _is_tensor(argument: Any) -> bool:
    return str(argument.type) in (
        "Tensor", "Optional[Tensor]", "List[Tensor]", "List[Optional[Tensor]]",
    )  # fmt: skip


_VALUES: dict[str, Any] = {
    "int": 6, "float": 1.0, "bool": False, "str": "", "number": 1.0, "complex": 1j, "Device": "cpu",
}  # fmt: skip


def _value(type_: str, argument: Any) -> Any:
    if type_.startswith("Optional["):
        return None
    if type_.startswith("List["):
        return [_VALUES.get(type_[5:-1], 1)] * (argument.N or 2)
    return _VALUES.get(type_)


def _primes() -> Iterator[int]:
    """Primes from 7 on: sizes of which none is another one's multiple."""
    number = 7
    while True:
        if all(number % each for each in range(2, int(number**0.5) + 1)):
            yield number
        number += 2
