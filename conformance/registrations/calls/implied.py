"""Calls that follow from one call that the operator takes, by varying it.

A case says the shape of each tensor under its name (``x=4x8``), how it is made
(``x=float32/signed/dense``), and every other argument as a word. The tensors of a list ``xs`` are
called ``xs__0``, ``xs__1``; ``xs:2`` says how many there are.
"""

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import torch

from conformance.case import Case, CaseError
from conformance.inputs.layouts import GUARD_BYTES, LAYOUTS, RARE
from conformance.memory.guarded import guard_byte
from conformance.registrations.calls.call import Call
from conformance.registrations.calls.contents import contents
from conformance.registrations.calls.types import Type, type_of
from conformance.registrations.calls.words import DEFAULT, EXAMPLE, NONE, value_of
from conformance.tensors.dtypes import torch_dtype

FLOATS = ("float32", "bfloat16", "float16", "float64")
INTEGERS = ("int64", "int32")
SIZES = (1, 2, 3, 5, 7, 12, 0)


@dataclass(frozen=True)
class ImpliedCalls:
    """See :class:`~conformance.registrations.calls.calls.Calls`. ``arguments`` are those of a torch
    schema, ``base`` is a case that the operator takes, ``example`` the values that a user gave."""

    name: str
    arguments: Sequence[Any]
    base: Case
    example: Mapping[str, Any] = field(default_factory=dict)
    checked: bool = False
    written: frozenset[str] = frozenset()
    resized: frozenset[int] | None = None
    """Sizes that may be other ones; None: all."""
    placed: bool = True
    """Whether tensors may lie otherwise than dense."""
    retyped: bool = True
    """Whether they may have other dtypes."""

    def usual(self, check: str) -> Case:
        return replace(self.base, check=check)

    def dtypes(self, check: str) -> list[Case]:
        usual, found = self.usual(check), []
        for family in (FLOATS, INTEGERS) if self.retyped else ():
            names = [n for n, spec in usual.tensors.items() if spec.dtype in family]
            alone = [[name] for name in names if name.split("__")[0] in self.written]
            groups = [names, *(group for group in alone if group != names)]
            for group in groups if names else ():
                for dtype in family:
                    changed = usual
                    for name in group:
                        changed = changed.with_tensor(name, dtype=dtype)
                    if changed != usual and changed not in found:
                        found.append(changed)
        return found

    def layouts(self, check: str) -> list[Case]:
        usual = self.usual(check)
        return [
            usual.with_tensor(name, layout=layout)
            for name, spec in usual.tensors.items()
            if spec.given
            for layout in self._layouts(usual, name)
        ]

    def sizes(self, check: str) -> list[Case]:
        usual = self.usual(check)
        return [
            _resized(usual, size, other)
            for size in self._sizes(usual)
            for other in (*SIZES, size + 1, 2 * size)
            if other != size
        ]

    def open_sizes(self, check: str) -> list[Case]:
        return self.sizes(check)

    def drawn(self, check: str, count: int, seed: int) -> list[Case]:
        generator = torch.Generator().manual_seed(seed)

        def pick(choices: Sequence[Any]) -> Any:
            return choices[int(torch.randint(len(choices), (), generator=generator))]

        found = []
        for number in range(count):
            case = self.usual(check)
            varied = pick([self.dtypes(check) or [case], [case]])
            case = replace(pick(varied), seed=seed + number)
            for size in self._sizes(case):
                case = _resized(case, size, pick([size, *SIZES[:-1]]), mark=True)
            case = _unmarked(case)
            for name, spec in case.tensors.items():
                if spec.given:
                    case = case.with_tensor(
                        name, layout=pick(["dense", "dense", *self._layouts(case, name)])
                    )
            found.append(case)
        return list(dict.fromkeys(found))

    def build(self, case: Case, device: str) -> Call:
        values: dict[str, Any] = {}
        for argument in self.arguments:
            type_ = type_of(argument)
            if type_.base == "Tensor":
                values[argument.name] = self._tensors(case, argument.name, type_, device)
            else:
                values[argument.name] = self._word(case, argument, type_, device)
        return Call(values, frozenset(a.name for a in self.arguments if a.kwarg_only))

    def _word(self, case: Case, argument: Any, type_: Type, device: str) -> Any:
        word = _given(case.options, argument.name)
        if word == DEFAULT:
            return argument.default_value
        if word == EXAMPLE:
            return _given(self.example, argument.name)
        return value_of(type_, word, device)

    def _tensors(self, case: Case, name: str, type_: Type, device: str) -> Any:
        if not type_.several:
            return self._tensor(case, name, device)
        count = _given(case.options, name)
        if count == NONE:
            return None
        if not count.isdecimal():
            raise CaseError(f"{name}:{count} does not say how many tensors there are")
        return [self._tensor(case, f"{name}__{place}", device) for place in range(int(count))]

    def _tensor(self, case: Case, name: str, device: str) -> torch.Tensor | None:
        spec = _given(case.tensors, name)
        if not spec.given:
            return None
        shape, dtype = tuple(_given(case.axes, name)), torch_dtype(spec.dtype)
        if spec.layout not in LAYOUTS or len(shape) < LAYOUTS[spec.layout].least_rank:
            raise CaseError(f"layout {spec.layout} is none for {name} of shape {shape}")
        placed = LAYOUTS[spec.layout].place(shape, GUARD_BYTES // dtype.itemsize)
        size = placed.extent * dtype.itemsize
        storage = torch.full((size,), guard_byte(dtype), dtype=torch.uint8, device=device)
        tensor = storage.view(dtype).as_strided(shape, placed.strides, placed.offset)
        generator = torch.Generator().manual_seed(case.seed * 1_000_003 + zlib.crc32(name.encode()))
        repeated = placed.repeated and shape[0] > 1
        part = tensor[:1] if repeated else tensor
        if part.numel():
            sample = self.example.get(name)
            part.copy_(contents(spec.values, tuple(part.shape), dtype, generator, sample))
        return tensor

    def _sizes(self, case: Case) -> list[int]:
        """Those that may be other ones."""
        known = {size for shape in _shapes(case).values() for size in shape}
        return sorted(known if self.resized is None else known & self.resized)

    def _layouts(self, case: Case, name: str) -> Iterator[str]:
        if not self.placed:
            return
        rank = len(_shapes(case)[name])
        for layout, made in LAYOUTS.items():
            written = name.split("__")[0] in self.written and layout == "repeated"
            if layout != "dense" and layout not in RARE and made.least_rank <= rank and not written:
                yield layout


def _given(values: Mapping[str, Any], name: str) -> Any:
    if name not in values:
        raise CaseError(f"the case says nothing of {name}")
    return values[name]


def _shapes(case: Case) -> dict[str, tuple[int, ...]]:
    return {name: size for name, size in case.axes.items() if isinstance(size, tuple)}


def _resized(case: Case, size: int, other: int, mark: bool = False) -> Case:
    """Every dimension of ``size`` made ``other``; marked ones are not resized once more."""
    new = -other - 1 if mark else other
    axes = {n: tuple(new if each == size else each for each in s) for n, s in _shapes(case).items()}
    return replace(case, axes=axes)


def _unmarked(case: Case) -> Case:
    axes = {n: tuple(-e - 1 if e < 0 else e for e in shape) for n, shape in _shapes(case).items()}
    return replace(case, axes=axes)
