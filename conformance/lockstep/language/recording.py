"""What Triton's language layer has the builder do for one call, written down while it happens.

The layer (promotion, broadcasting, checks) decides by types and Python values alone: it does not
look into handles. So a recording holds for every call with the same types and Python values.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from conformance.lockstep.machine import MACHINE
from conformance.lockstep.operations.casts import CastOperations
from conformance.lockstep.operations.elementwise import ElementwiseOperations
from conformance.lockstep.operations.semantic import BUILDER, Semantic
from conformance.lockstep.operations.shapes import ShapeOperations
from conformance.lockstep.values.handle import Handle
from conformance.lockstep.values.interned import InternedType
from conformance.lockstep.values.tensor import Tensor, ours

#: Operations without effects: results may be kept if all operands are constants.
PURE = frozenset({"typed"}).union(
    *(vars(owner) for owner in (ElementwiseOperations, ShapeOperations, CastOperations))
) - {"create_int_to_ptr"}  # it depends on the memory of the launch
#: What semantics ask the builder for besides values and types.
_NO_VALUES = frozenset({"get_cache_policy"})
#: Larger constants are made anew each time.
_LARGEST_CONSTANT = 1 << 15


@dataclass(frozen=True)
class Place:
    """Where a step finds an operand that no step made: among the inputs or the constants."""

    is_input: bool
    index: int


@dataclass(eq=False)
class Step:
    """One builder operation, ``method(*operands)``, and what it gave when it was recorded."""

    name: str
    method: Callable
    operands: list[Place | Step]
    result: Handle | None


class Traced(Handle):
    """A handle that a recording has seen; ``place`` is where it is found when replayed."""

    __slots__ = ("place", "recording")

    def __init__(self, handle: Handle, recording: Recording, place: Place | Step):
        super().__init__(handle.data, handle.dtype, handle.origin, handle.masked)
        self.recording, self.place = recording, place

    def typed(self, wanted: InternedType) -> Handle:
        """As of a ``Handle``, and recorded."""
        result = super().typed(wanted)
        return self if result is self else self.recording.noted("typed", Handle.typed, self, wanted)

    def plain(self) -> Handle:
        """The same as an ordinary handle."""
        return Handle(self.data, self.dtype, self.origin, self.masked)


class Recording:
    """Stands in for the builder during one call of a function of Triton's language.

    ``usable`` turns false when something happens that cannot be replayed. ``largest_block`` is the
    size of the largest block among constants.
    """

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.constants: list[Any] = []
        self.inputs: list[Tensor] = []
        self.results: list[tuple[Place | Step | None, InternedType]] = []
        self.single = self.usable = True
        self.largest_block = 1
        self.options = _Options(self)
        self.codegen_fns = BUILDER.codegen_fns

    def __getattr__(self, name: str) -> Any:
        method = getattr(BUILDER, name)
        if not name.startswith(("create_", "get_")) or name in _NO_VALUES or name.endswith("_ty"):
            return method
        return lambda *operands: self.noted(name, method, *operands)

    def noted(self, name: str, method: Callable, *operands: Any) -> Any:
        """Do ``method(*operands)`` and remember it."""
        known = all(self._is_known(each) for each in operands)
        before, MACHINE.largest_block = MACHINE.largest_block, 1
        try:
            result = method(*operands)
        finally:
            own, MACHINE.largest_block = (
                MACHINE.largest_block,
                max(before, MACHINE.largest_block),
            )
        self.usable = self.usable and known and isinstance(result, Handle | None)
        if not self.usable:
            return result
        places = [self._place(each) for each in operands]
        pure = name in PURE or name.startswith("get_")
        if pure and isinstance(result, Handle):
            self.largest_block = max(self.largest_block, own)
            if (
                all(isinstance(place, Place) and not place.is_input for place in places)
                and result.data.nbytes <= _LARGEST_CONSTANT
            ):
                result.data.flags.writeable = False
                plain = Handle(result.data, result.dtype, result.origin, result.masked)
                return Traced(result, self, self._constant(plain))
        step = Step(name, method, places, result)
        self.steps.append(step)
        return None if result is None else Traced(result, self, step)

    def _is_known(self, operand: Any) -> bool:
        if isinstance(operand, Handle):
            return isinstance(operand, Traced) and operand.recording is self
        if isinstance(operand, list | tuple):
            return not any(isinstance(each, Handle) for each in operand)
        return True

    def _place(self, operand: Any) -> Place | Step:
        return operand.place if isinstance(operand, Traced) else self._constant(operand)

    def _constant(self, value: Any) -> Place:
        self.constants.append(value)
        return Place(False, len(self.constants) - 1)

    def call(self, function: Callable, arguments: Any, keywords: dict[str, Any]) -> Any:
        """``function(*arguments, **keywords)`` as a call of Triton's language."""
        semantic = Semantic(self)
        result = function(
            *[self._input(each) for each in arguments],
            **{name: self._input(each) for name, each in keywords.items()},
            _semantic=semantic,
        )
        if type(result) is tuple:
            self.single = False
            return tuple(self._result(each) for each in result)
        return self._result(result)

    def _input(self, value: Any) -> Any:
        if isinstance(value, Tensor) and isinstance(value.handle, Handle):
            self.inputs.append(value)
            handle = Traced(value.handle, self, Place(True, len(self.inputs) - 1))
            return Tensor.of(handle, value.interned)
        if type(value) in (list, tuple):
            return type(value)(self._input(each) for each in value)
        return value

    def _result(self, value: Any) -> Any:
        value = ours(value)
        if not isinstance(value, Tensor):
            self.usable = False
            return value
        handle = value.handle
        if not isinstance(handle, Traced):
            self.usable = self.usable and handle is None
            self.results.append((None, value.interned))
            return value
        self.results.append((handle.place, value.interned))
        return Tensor.of(handle.plain(), value.interned)


class _Options:
    """The builder's options. A call that reads ``debug`` is not replayed: launches change it."""

    def __init__(self, recording: Recording):
        self._recording = recording

    def __getattr__(self, name: str) -> Any:
        if name == "debug":
            self._recording.usable = False
        return getattr(BUILDER.options, name)
