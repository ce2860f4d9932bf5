"""What a call returned, as plain data and bytes: nothing that is judged runs the subject's code.

A subject may return an instance of a class of its own, which answers otherwise when it is judged
than when it is used. So the result is looked at once, by its real type, where the subject is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch

from conformance.torch_internals import has_own_dispatch, undisturbed

MOST = 64
"""Items of a result that are looked at; no operator has as many outputs."""

Span = tuple[int, int]
"""Address of the first byte of a tensor's elements, and of the last one + 1; equal if none."""


@dataclass(frozen=True)
class ReturnedTensor:
    """A tensor of a result. ``value`` holds its elements, dense and on the CPU.

    It is None for a tensor without bytes that could be read (sparse, meta, quantized).
    ``arguments`` are the places of those that it is itself, by address, shape and dtype: several
    where none has an element.
    """

    shape: tuple[int, ...]
    dtype: torch.dtype
    layout: torch.layout
    device: torch.device
    value: torch.Tensor | None
    span: Span = (0, 0)
    arguments: tuple[int, ...] = ()


@dataclass(frozen=True)
class NoTensor:
    """Something else in a result, by the name of its type."""

    kind: str


@dataclass(frozen=True)
class Returned:
    """A result. ``kind`` is its type, ``count`` how many items it has.

    ``items`` are the first of them, one for a tensor, none for None; None says that the result is
    neither of these nor a tuple or a list.
    """

    kind: str
    items: tuple[ReturnedTensor | NoTensor, ...] | None
    count: int = 0
    several: bool = False


def look(result: Any, arguments: Sequence[Any] = ()) -> Returned:
    """Look at a result. Values are copies, so that later writes do not reach them."""
    kind = type(result)
    if result is None:
        return Returned("NoneType", ())
    if issubclass(kind, torch.Tensor):
        return Returned(kind.__name__, (_item(result, arguments),), 1)
    for several in (tuple, list):
        if issubclass(kind, several):
            # The methods of the base, whatever the class itself says of its items.
            items = [item for item, _ in zip(several.__iter__(result), range(MOST), strict=False)]
            looked = tuple(_item(item, arguments) for item in items)
            return Returned(kind.__name__, looked, several.__len__(result), several=True)
    return Returned(kind.__name__, None)


def span_of(tensor: torch.Tensor) -> Span:
    """Where the elements of a tensor lie; (0, 0) if it has no addresses."""
    if not tensor.numel() or tensor.layout is not torch.strided or tensor.is_meta:
        return (0, 0)
    reach = sum((n - 1) * s for n, s in zip(tensor.shape, tensor.stride(), strict=True))
    first = tensor.data_ptr()
    return first, first + (reach + 1) * tensor.element_size()


def spans_of(arguments: Sequence[Any]) -> tuple[Span, ...]:
    """Where the elements of each argument lie that is a tensor."""
    return tuple(
        span_of(each) if issubclass(type(each), torch.Tensor) else (0, 0) for each in arguments
    )


def _item(value: Any, arguments: Sequence[Any]) -> ReturnedTensor | NoTensor:
    kind = type(value)
    if not issubclass(kind, torch.Tensor):
        return NoTensor(kind.__name__)
    try:
        if has_own_dispatch(value):
            return NoTensor(kind.__name__)
        # Neither a class nor a mode of the subject's hears what is done here.
        with undisturbed():
            return _tensor(value, arguments)
    except Exception:  # whatever cannot be looked at is no ordinary tensor
        return NoTensor(f"{kind.__name__} that cannot be read")


def _tensor(value: torch.Tensor, arguments: Sequence[Any]) -> ReturnedTensor | NoTensor:
    if value.is_nested:
        return NoTensor("nested tensor")
    plain = value.detach()
    shape = tuple(int(length) for length in plain.shape)
    place = plain.dtype, plain.layout, plain.device
    if plain.layout is not torch.strided or plain.is_meta or plain.is_quantized:
        return ReturnedTensor(shape, *place, None)
    span = span_of(plain)
    same = tuple(
        number
        for number, each in enumerate(arguments)
        if issubclass(type(each), torch.Tensor) and _is_same(plain, each)
    )
    copy = plain.resolve_conj().resolve_neg().cpu()
    copy = copy.clone(memory_format=torch.contiguous_format)
    return ReturnedTensor(shape, *place, copy, span, same)


def _is_same(tensor: torch.Tensor, own: torch.Tensor) -> bool:
    return (
        own.layout is torch.strided
        and (tensor.shape, tensor.dtype) == (own.shape, own.dtype)
        and tensor.data_ptr() == own.data_ptr()
    )
