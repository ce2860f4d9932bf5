"""Calls of Triton's language, decided once for each combination of types and Python values.

The first call goes through Triton's own layer and is recorded (see ``recording``); later ones
replay what the layer made the builder do. Calls that raise are never recorded, so that errors stay
Triton's own.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter
from typing import Any

import triton.language as tl

from conformance.lockstep.language.fusion import fused
from conformance.lockstep.language.recording import Place, Recording, Step
from conformance.lockstep.machine import MACHINE
from conformance.lockstep.operations.semantic import SEMANTIC
from conformance.lockstep.values.handle import Handle
from conformance.lockstep.values.interned import interned
from conformance.lockstep.values.tensor import Tensor, ours
from conformance.triton_internals import VALUE_TYPES, may_warn

#: Bytes that the constants of all recipes may take, with an allowance for each recipe. Beyond that
#: all recipes are forgotten.
LARGEST_MEMORY = 64 << 20
_ALLOWANCE = 2048

_recipes: dict[tuple, Recipe | None] = {}
_memory = 0


class Recipe:
    """The builder operations of a call, with constants in place.

    A step finds its operands by index among the inputs' handles, constants, and results so far.
    """

    __slots__ = ("constants", "largest_block", "results", "single", "steps")

    def __init__(self, recording: Recording):
        steps = fused(recording)
        places = [place for step in steps for place in step.operands]
        places += [place for place, _ in recording.results if place is not None]
        slots: dict[Place | Step, int] = {
            Place(True, index): index for index in range(len(recording.inputs))
        }
        self.constants: list[Any] = []
        for place in places:
            if isinstance(place, Place) and place not in slots:
                slots[place] = len(slots)
                self.constants.append(recording.constants[place.index])
        for step in steps:
            slots[step] = len(slots)
        self.steps = [
            (step.method, _operands([slots[each] for each in step.operands])) for step in steps
        ]
        self.results = [
            (None if place is None else slots[place], known) for place, known in recording.results
        ]
        self.single, self.largest_block = recording.single, recording.largest_block

    def replay(self, slots: list[Any]) -> Any:
        """The same call with other values: ``slots`` are the handles of its inputs."""
        slots += self.constants
        keep = slots.append
        for method, operands in self.steps:
            keep(method(*operands(slots)))
        if self.largest_block > MACHINE.largest_block:
            MACHINE.largest_block = self.largest_block
        if self.single:
            index, known = self.results[0]
            return Tensor.of(None if index is None else slots[index], known)
        return tuple(
            Tensor.of(None if index is None else slots[index], known)
            for index, known in self.results
        )


def _operands(indices: list[int]) -> Callable[[list[Any]], Any]:
    """What finds the operands of a step."""
    if len(indices) > 1:
        return itemgetter(*indices)
    return itemgetter(slice(indices[0], indices[0] + 1) if indices else slice(0))


def applied(function: Callable, *arguments: Any, **keywords: Any) -> Any:
    """``function(*arguments, **keywords)`` of Triton's language, which takes a ``_semantic``."""
    inputs: list[Handle] = []
    parts: list[Any] = [function, len(arguments)]
    try:
        for value in arguments:
            if type(value) is Tensor:
                parts.append(value.interned)
                if value.handle is not None:
                    inputs.append(value.handle)
            elif type(value) is int:
                parts.append(value)
            else:
                _describe(value, parts, inputs)
        for name, value in keywords.items():
            parts.append(name)
            _describe(value, parts, inputs)
    except _NotDescribed:
        return ours(function(*arguments, **keywords, _semantic=SEMANTIC))
    key = tuple(parts)
    recipe = _recipes.get(key, _UNKNOWN)
    if recipe is None:
        return ours(function(*arguments, **keywords, _semantic=SEMANTIC))
    if recipe is not _UNKNOWN:
        return recipe.replay(inputs)
    recording = Recording()
    result = recording.call(function, arguments, keywords)
    usable = recording.usable and not may_warn(function, arguments, keywords)
    _keep(key, Recipe(recording) if usable else None)
    return result


class _NotDescribed(Exception):
    """A value whose meaning for Triton's language is not known here."""


_UNKNOWN: Any = object()
#: Stands for the bounds of ``:``.
_WHOLE: Any = object()


def _describe(value: Any, parts: list[Any], inputs: list[Handle]) -> None:
    """Append to ``parts`` what decisions about ``value`` may depend on; collect tensors."""
    type_ = type(value)
    if type_ is Tensor:
        parts.append(value.interned)
        if value.handle is not None:
            inputs.append(value.handle)
    elif type_ is int or type_ is str or value is None:
        parts.append(value)
    elif type_ is float:
        if value != value:
            raise _NotDescribed
        parts.append(float)
        parts.append(value.hex())  # signed zeros differ
    elif type_ in VALUE_TYPES:
        parts.append(type_)
        parts.append(value)
    elif type_ is tl.constexpr:
        parts.append(tl.constexpr)
        _describe(value.value, parts, inputs)
    elif type_ is tuple or type_ is list:
        parts.append(type_)
        parts.append(len(value))
        for each in value:
            _describe(each, parts, inputs)
    elif type_ is slice:
        parts.append(slice)
        if value.start is value.stop is value.step is None:
            parts.append(_WHOLE)
            return
        for bound in (value.start, value.stop, value.step):
            _describe(bound, parts, inputs)
    elif isinstance(value, tl.dtype):
        parts.append(tl.dtype)
        parts.append(interned(value))
    else:
        raise _NotDescribed


def _keep(key: tuple, recipe: Recipe | None) -> None:
    global _memory
    _memory += _ALLOWANCE
    if recipe is not None:
        _memory += sum(each.data.nbytes for each in recipe.constants if isinstance(each, Handle))
    if _memory > LARGEST_MEMORY:
        _recipes.clear()
        _memory = 0
    _recipes[key] = recipe
