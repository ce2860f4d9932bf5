"""A captured call, as data: what a file says beside its tensors."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from math import prod
from typing import Any

from conformance.policy.reading import parse_json

FORMAT = 1
MOST_ARGUMENTS = 64
MOST_DIMENSIONS = 16
LARGEST_LENGTH = 1 << 40
_NAME = re.compile(r"[A-Za-z_]\w{0,63}")
_PHASE = re.compile(r"[a-z-]{1,16}")
WORD = re.compile(r"[A-Za-z0-9_.+-]{1,40}")
"""What a text among the arguments may be: a word. A prompt is none."""

Scalar = bool | int | float | str | None


class CaptureError(ValueError):
    """A file, or a folder, that holds no captured calls; begins with its name."""


@dataclass(frozen=True)
class TensorOf:
    """A tensor among the arguments. ``dtype`` is torch's name of it, ``strides`` count elements."""

    dtype: str
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    @property
    def extent(self) -> int:
        """Elements from the first to the last one in memory."""
        if 0 in self.shape:
            return 0
        return 1 + sum((n - 1) * s for n, s in zip(self.shape, self.strides, strict=True))

    @property
    def elements(self) -> int:
        return prod(self.shape)

    @property
    def overlaps(self) -> bool:
        """Whether elements share memory otherwise than along dimensions of stride 0."""
        behind = 1
        for stride, length in sorted(zip(self.strides, self.shape, strict=True)):
            if stride and length > 1:
                if stride < behind:
                    return True
                behind = 1 + stride * (length - 1) + (behind - 1)
        return False

    def dense(self) -> "TensorOf":
        """The same tensor, one row after the other."""
        strides = tuple(prod(self.shape[place + 1 :]) for place in range(len(self.shape)))
        return TensorOf(self.dtype, self.shape, strides)


@dataclass(frozen=True)
class Call:
    """One call of an operator: its arguments in order, and where in a run it happened.

    ``phase`` is prefill, decode, mixed or outside; ``layer`` counts decoder layers (None: outside,
    or unknown), ``step`` the executions of the model.
    """

    operator: str
    arguments: Mapping[str, TensorOf | Scalar]
    phase: str = "outside"
    layer: int | None = None
    step: int | None = None

    @property
    def tensors(self) -> dict[str, TensorOf]:
        return {n: a for n, a in self.arguments.items() if isinstance(a, TensorOf)}

    def to_json(self) -> str:
        arguments = [
            {"name": name, "tensor": asdict(value)}
            if isinstance(value, TensorOf)
            else {"name": name, "value": value}
            for name, value in self.arguments.items()
        ]
        own = {"operator": self.operator, "phase": self.phase, "layer": self.layer}
        return json.dumps({"format": FORMAT, **own, "step": self.step, "arguments": arguments})


def call_from_json(text: str) -> Call:
    """The call that a text says. Raises ``ValueError`` for any other, and beyond the limits."""
    data = parse_json(text)
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise ValueError(f"it is not of format {FORMAT}")
    listed = data.get("arguments")
    if not isinstance(listed, list) or len(listed) > MOST_ARGUMENTS:
        raise ValueError(f"its arguments are no list of at most {MOST_ARGUMENTS}")
    arguments: dict[str, TensorOf | Scalar] = {}
    for each in listed:
        name = _matching(_NAME, each.get("name") if isinstance(each, dict) else None, "a name")
        if name in arguments:
            raise ValueError(f"it has the argument {name} twice")
        arguments[name] = _tensor(name, each["tensor"]) if "tensor" in each else _value(name, each)
    return Call(
        _matching(re.compile(r"[A-Za-z_][\w.:-]{0,127}"), data.get("operator"), "an operator"),
        arguments,
        _matching(_PHASE, data.get("phase"), "a phase"),
        _count(data.get("layer"), "layer"),
        _count(data.get("step"), "step"),
    )


def _tensor(name: str, data: Any) -> TensorOf:
    if not isinstance(data, dict) or set(data) != {"dtype", "shape", "strides"}:
        raise ValueError(f"it does not say of which dtype, shape and strides {name} is")
    shape, strides = (_lengths(name, data[key]) for key in ("shape", "strides"))
    if len(shape) != len(strides):
        raise ValueError(f"{name} has {len(shape)} dimensions and {len(strides)} strides")
    told = TensorOf(_matching(_NAME, data["dtype"], f"a dtype of {name}"), shape, strides)
    if told.overlaps:
        raise ValueError(f"elements of {name} share memory")
    return told


def _lengths(name: str, data: Any) -> tuple[int, ...]:
    if not isinstance(data, list) or len(data) > MOST_DIMENSIONS:
        raise ValueError(f"{name} has no list of at most {MOST_DIMENSIONS} dimensions")
    for length in data:
        if type(length) is not int or not 0 <= length <= LARGEST_LENGTH:
            raise ValueError(f"{name} has a length or stride that is none")
    return tuple(data)


def _value(name: str, data: Mapping[str, Any]) -> Scalar:
    value = data.get("value")
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int) and abs(value) < 1 << 63:
        return value
    if isinstance(value, str) and WORD.fullmatch(value):
        return value
    raise ValueError(f"{name} is neither a number, a word nor None")


def _matching(pattern: re.Pattern[str], text: Any, what: str) -> str:
    if not isinstance(text, str) or not pattern.fullmatch(text):
        raise ValueError(f"{str(text)[:60]!r} is not {what}")
    return text


def _count(value: Any, what: str) -> int | None:
    if value is None or (type(value) is int and 0 <= value < 1 << 40):
        return value
    raise ValueError(f"its {what} is no number")
