"""What a fake kernel promises, found out by calling it with sizes that are symbols."""

import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import Any

import torch

from conformance.registrations.calls.call import Call
from conformance.registrations.promised_calls import documented, tried
from conformance.registrations.registered import Registered
from conformance.schemas.schema import FakeResult
from conformance.torch_registry import has_fake
from conformance.torch_tracing import Symbols

_OTHER_DTYPES = (torch.float16, torch.bfloat16, torch.float64, torch.int32)
Change = Callable[[str, torch.Tensor], torch.Tensor]


@dataclass(frozen=True)
class _Ran:
    """A call of the fake that it answered."""

    call: Call
    symbols: Symbols
    tensors: Mapping[str, torch.Tensor]
    results: tuple[Any, ...]


def promised(registered: Registered) -> tuple[FakeResult, ...] | None:
    """What the fake of an operator says of each result; None if there is none to be called.

    A call of the contract that describes the operator is tried first, if there is one. Then ranks
    and dtypes are tried, in an order that depends on the operator alone. The first call that the
    fake takes is the one that the answer speaks of. Nothing is said of what is no tensor.
    """
    if not has_fake(registered.overload):
        return None
    schema = registered.schema
    with _silent():
        for call in chain(documented(registered), tried(registered.name, schema.arguments)):
            ran = _run(registered, call)
            if ran is not None and len(ran.results) == len(schema.returns):
                return tuple(_result(registered, ran, place) for place in range(len(ran.results)))
    return None


@contextmanager
def _silent() -> Iterator[None]:
    """Torch logs a traceback for each call that a fake refuses."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)


def _run(registered: Registered, call: Call) -> _Ran | None:
    symbols = Symbols()
    tensors: dict[str, torch.Tensor] = {}

    def symbolic(name: str, given: torch.Tensor) -> torch.Tensor:
        axes = range(given.dim())
        made = symbols.tensor(name, given, [(name, axis - given.dim()) for axis in axes])
        tensors[name] = made
        return made

    try:
        fakes = call.mapped(symbolic)
        numbers = {
            argument.name: symbols.integer(argument.name, call.values[argument.name])
            for argument in registered.arguments
            if str(argument.real_type) == "int" and argument.name in call.values
        }
        with symbols.mode:
            result = fakes.with_values(**numbers).of(registered.overload)
    except KeyboardInterrupt:
        raise
    except BaseException:  # whatever a fake raises, it does not take this call
        return None
    several = result if isinstance(result, tuple) else () if result is None else (result,)
    return _Ran(call, symbols, tensors, tuple(several))


def _result(registered: Registered, ran: _Ran, place: int) -> FakeResult:
    result = ran.results[place]
    if not isinstance(result, torch.Tensor):
        return FakeResult()
    shape = tuple(_text(ran.symbols, size) for size in result.shape)
    return FakeResult(shape, _dtype(registered, ran, place), _strides(registered, ran, place))


def _text(symbols: Symbols, size: Any) -> str:
    """A size in terms of the arguments: of equal ones the first, axes counted from the front."""
    if isinstance(size, int):
        return str(size)
    ranks: dict[str, int] = {}
    for name, axis in symbols.of:
        ranks[name] = max(ranks.get(name, 0), -axis)
    places = [(f"{n}.shape[{axis + ranks[n]}]", s) for (n, axis), s in symbols.of.items()]
    named: dict[str, str] = {}
    for text, symbol in [*places, *symbols.of_integer.items()]:
        named.setdefault(str(symbols.simplified(symbol)), text)
    expression = str(symbols.simplified(size.node.expr))
    return re.sub(r"[A-Za-z_]\w*", lambda word: named.get(word.group(), word.group()), expression)


def _dtype(registered: Registered, ran: _Ran, place: int) -> str | None:
    """``ARGUMENT.dtype`` if it goes with that of an argument, else its name."""
    result = ran.results[place]
    alike = [name for name, each in ran.call.tensors.items() if each.dtype == result.dtype]
    name = str(result.dtype).removeprefix("torch.")
    if not alike:
        return name

    def given(names: Sequence[str], dtype: torch.dtype) -> torch.dtype | None:
        def to(each: str, tensor: torch.Tensor) -> torch.Tensor:
            return tensor.to(dtype) if each in names else tensor

        changed = _changed(registered, ran, place, to)
        return None if changed is None else changed.dtype

    for dtype in _OTHER_DTYPES:
        if (together := given(alike, dtype)) is None:
            continue  # the fake does not take this one
        if together != dtype:
            return name
        owners = (each for each in alike if given([each], dtype) == dtype)
        return f"{next(owners, alike[0])}.dtype"
    return None


def _changed(registered: Registered, ran: _Ran, place: int, change: Change) -> torch.Tensor | None:
    """The same result for other tensors; None if the fake does not take these."""
    other = _run(registered, ran.call.mapped(change))
    result = other.results[place] if other is not None and place < len(other.results) else None
    return result if isinstance(result, torch.Tensor) else None


def _strides(registered: Registered, ran: _Ran, place: int) -> str | None:
    result = ran.results[place]
    sizes, strides = _numbers(result.shape), _numbers(result.stride())
    if strides != _dense(sizes):
        texts = [_text(ran.symbols, stride) for stride in result.stride()]
        return f"({', '.join(texts)})"
    for name, tensor in ran.call.tensors.items():
        if result.dim() < 2 or list(tensor.shape) != sizes:
            continue
        turned = tensor.transpose(0, -1).contiguous().transpose(0, -1)
        if list(turned.stride()) == strides:
            continue  # sizes of 1 have no order in memory
        given = _changed(registered, ran, place, _replacing(name, turned))
        if given is not None and _numbers(given.stride()) == list(turned.stride()):
            return f"as {name}"
    return "contiguous"


def _replacing(name: str, by: torch.Tensor) -> Change:
    return lambda each, tensor: by if each == name else tensor


def _numbers(sizes: Sequence[Any]) -> list[int]:
    """The sizes of this call."""
    return [size if isinstance(size, int) else int(size.node.hint) for size in sizes]


def _dense(sizes: Sequence[int]) -> list[int]:
    return list(reversed(list(_products(reversed(sizes)))))


def _products(sizes: Iterator[int]) -> Iterator[int]:
    product = 1
    for size in sizes:
        yield product
        product *= max(size, 1)
