"""The answer of a subject's process, read with distrust: whatever it says, it is only data."""

from math import prod
from typing import Any

import numpy as np
import torch

from conformance.execution.outcome import Outcome
from conformance.execution.raised import Raised
from conformance.memory.shared import Inbox
from conformance.memory.violation import Violation
from conformance.processes.channel import NotAMessage
from conformance.tensors.returned import MOST, NoTensor, Returned, ReturnedTensor, Span

LONGEST = 4000
"""Characters of a text that are kept."""


def outcome_from(answer: dict[str, Any], inbox: Inbox, most: int) -> Outcome:
    """What came of a call. ``most`` is how many bytes a result may have.

    Raises :class:`~conformance.processes.channel.NotAMessage` for what is none.
    """
    try:
        raised, returned = answer["raised"], answer["returned"]
        return Outcome(
            raised=_raised(raised) if raised else None,
            returned=None if raised else returned_from(returned, inbox, most),
            violations=tuple(map(_violation, answer["violations"])),
            launches=int(answer["launches"]),
            written=tuple(_mask(each, inbox, most) for each in answer["written"]),
            spans=tuple(map(_span, answer["spans"])),
            told=dict(answer["told"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, RuntimeError) as error:
        raise NotAMessage(f"an answer that cannot be read: {error}") from error


def returned_from(data: dict[str, Any], inbox: Inbox, most: int) -> Returned:
    """A result that was looked at in the subject's process."""
    items = data["items"]
    looked = None if items is None else tuple(_item(i, inbox, most) for i in items[:MOST])
    return Returned(_text(data["kind"]), looked, int(data["count"]), bool(data["several"]))


def _item(data: dict[str, Any], inbox: Inbox, most: int) -> ReturnedTensor | NoTensor:
    if "no" in data:
        return NoTensor(_text(data["no"]))
    dtype, layout = getattr(torch, data["dtype"]), getattr(torch, data["layout"])
    if not isinstance(dtype, torch.dtype) or not isinstance(layout, torch.layout):
        raise ValueError(f"no dtype or layout: {data['dtype']}, {data['layout']}")
    shape = tuple(int(length) for length in data["shape"])
    value = None if data["at"] is None else _values(shape, dtype, data["at"], inbox, most)
    arguments = tuple(max(0, int(place)) for place in data["arguments"])
    device = torch.device(data["device"])
    return ReturnedTensor(shape, dtype, layout, device, value, _span(data["span"]), arguments)


def _values(
    shape: tuple[int, ...], dtype: torch.dtype, at: int, inbox: Inbox, most: int
) -> torch.Tensor:
    size = prod(shape) * dtype.itemsize
    if min(shape, default=0) < 0 or size > most:
        raise ValueError(f"a tensor of shape {shape}")
    if not size:
        return torch.empty(shape, dtype=dtype)
    data: np.ndarray = inbox.get(int(at), size).copy()
    return torch.from_numpy(data).view(dtype).reshape(shape)


def _mask(data: dict[str, Any] | None, inbox: Inbox, most: int) -> torch.Tensor | None:
    if data is None:
        return None
    shape = tuple(int(length) for length in data["shape"])
    return _values(shape, torch.uint8, data["at"], inbox, most).bool()


def _raised(data: dict[str, Any]) -> Raised:
    return Raised(
        _text(data["type"]), _text(data["message"]), _text(data["place"]),
        bool(data["unsupported"]), bool(data["is_refusal"]), _text(data["cause"]),
    )  # fmt: skip


def _violation(data: dict[str, Any]) -> Violation:
    program, other = data["program"], data["other_program"]
    return Violation(
        _text(data["kind"]), _text(data["kernel"]), _text(data["file"]), int(data["line"]),
        None if program is None else _program(program), None if other is None else _program(other),
        _text(data["argument"]), int(data["offset"]), int(data["count"]),
        _text(data["unit"]),
    )  # fmt: skip


def _program(data: Any) -> tuple[int, int, int]:
    x, y, z = map(int, data)
    return x, y, z


def _span(data: Any) -> Span:
    first, last = map(int, data)
    return first, last


def _text(value: Any) -> str:
    return str(value)[:LONGEST]
