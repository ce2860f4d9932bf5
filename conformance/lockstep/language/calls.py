"""Calls inside a kernel: to Triton's builtins, to other kernels, to Python."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from conformance.lockstep.language import libdevice, reduction, scan, sorting
from conformance.lockstep.language.operators import plain, truth
from conformance.lockstep.language.recipes import applied
from conformance.lockstep.language.rewrite import rewritten
from conformance.lockstep.machine import unsupported
from conformance.lockstep.operations.builder import BUILDER, SEMANTIC
from conformance.lockstep.values.tensor import Tensor, make_tensor, ours
from conformance.triton_internals import (
    JIT_TYPES,
    ConstexprFunction,
    base_value,
    bound_jit_method,
    constexpr,
    core,
    is_builtin,
    libdevice_modules,
    standard,
    tl,
    unwrap,
)


def run_function(function: Any, /, *arguments: Any, **keywords: Any) -> Any:
    """Call a jitted function from within a kernel."""
    return rewritten(function)(*arguments, **keywords)


def _integer(value: Any) -> tuple[int, tl.dtype]:
    value = plain(value)
    if isinstance(value, tl.tensor):
        return int(value), value.dtype
    return int(value), tl.int32 if -(2**31) <= value < 2**31 else tl.int64


def loop_range(*bounds: Any, step: Any = None, **_: Any) -> Iterator[Tensor]:
    """``range`` and ``tl.range``: the induction variable is a tensor, as in compiled code."""
    values = list(bounds) + ([step] if step is not None and len(bounds) < 3 else [])
    if len(values) == 2 and step is not None and len(bounds) == 1:
        values = [0, bounds[0], step]
    numbers, types = zip(*[_integer(value) for value in values if value is not None], strict=True)
    dtype = types[0]
    for other in types[1:]:
        dtype = SEMANTIC.integer_promote_impl(dtype, other)
    kind = np.dtype(dtype.name)
    for number in range(*numbers):
        yield make_tensor(np.array([number], kind), dtype)


def _static_range(*bounds: Any, step: Any = None, **_: Any) -> range:
    values = [plain(bound) for bound in (*bounds, *([step] if step is not None else []))]
    if len(bounds) == 1 and step is not None:
        values = [0, *values]
    return range(*[int(value) for value in values if value is not None])


def _extreme(python: Callable, builtin: Callable) -> Callable:
    def choose(*arguments: Any) -> Any:
        values = unwrap(list(arguments[0] if len(arguments) == 1 else arguments))
        if not any(isinstance(value, tl.tensor) for value in values):
            return python(values)
        result = values[0]
        for value in values[1:]:
            result = applied(builtin, result, value)
        return result

    return choose


def _is_instance(value: Any, kinds: Any) -> bool:
    # A constexpr argument is a plain value here.
    kinds = kinds if isinstance(kinds, tuple) else (kinds,)
    return isinstance(value, kinds) or (constexpr in kinds and not isinstance(value, base_value))


def _print(*values: Any, **keywords: Any) -> None:
    prefix = values[0] if values and isinstance(values[0], str) else ""
    rest = values[1:] if prefix else values
    core.device_print(prefix, *rest, **keywords, _semantic=SEMANTIC)


def _static_assert(condition: Any, message: str = "") -> None:
    assert truth(condition), plain(message)


def _static_print(*values: Any, **keywords: Any) -> None:
    builtins.print(*[plain(value) for value in values], **keywords)


def assertion(condition: Any, message: Any = "") -> None:
    """``assert condition, message``: static ones always, dynamic ones in debug launches."""
    if isinstance(condition, tl.tensor):
        if BUILDER.options.debug:
            BUILDER.create_assert(condition.handle, message)
    else:
        assert truth(condition), message


def _not_supported(name: str) -> Callable:
    def refuse(*_: Any, **__: Any) -> None:
        raise unsupported(name)

    return refuse


def _same(value: Any, *_: Any, **__: Any) -> Any:
    return value


_SPECIAL: list[tuple[Any, Callable]] = [
    (builtins.range, loop_range),
    (tl.range, loop_range),
    (tl.static_range, _static_range),
    (builtins.min, _extreme(builtins.min, core.minimum)),
    (builtins.max, _extreme(builtins.max, core.maximum)),
    (builtins.isinstance, _is_instance),
    (builtins.print, _print),
    (core.device_print, _print),
    (core.static_assert, _static_assert),
    (core.static_print, _static_print),
    (core.reduce, reduction.reduce),
    (core._reduce_with_indices, reduction.reduce_with_indices),
    (core.associative_scan, scan.associative_scan),
    (tl.tensor.reduce, reduction.reduce),
    (tl.tensor.associative_scan, scan.associative_scan),
    (standard.sort, sorting.sort),
    (getattr(standard, "topk", None), sorting.topk),
    (core.multiple_of, _same),
    (core.max_contiguous, _same),
    (core.max_constancy, _same),
    (core.inline_asm_elementwise, _not_supported("inline assembly")),
    (core.dot_scaled, _not_supported("tl.dot_scaled")),
    (getattr(core, "map_elementwise", None), _not_supported("tl.map_elementwise")),
    (getattr(core, "make_block_ptr", None), _not_supported("block pointers")),
    (getattr(core, "extern_elementwise", None), _not_supported("tl.extern_elementwise")),
]
_BY_IDENTITY = {id(function): handler for function, handler in _SPECIAL if function is not None}


def call(function: Any, /, *arguments: Any, **keywords: Any) -> Any:
    """Call ``function`` as compiled code would."""
    function = plain(function)
    handler = _BY_IDENTITY.get(id(function))
    if handler is not None:
        return handler(*arguments, **keywords)
    bound = bound_jit_method(function)
    if bound is not None:
        return call(bound[1], bound[0], *arguments, **keywords)
    if isinstance(function, JIT_TYPES):
        if function.__class__.__name__.startswith("Gluon"):
            raise unsupported("Gluon")
        return run_function(function, *arguments, **keywords)
    if isinstance(function, ConstexprFunction):
        return function(*arguments, **keywords)
    if getattr(function, "__module__", "").startswith(libdevice_modules):
        return libdevice.call(function, *arguments, **keywords)
    if is_builtin(function):
        handler = _BY_IDENTITY.get(id(getattr(function, "__func__", None)))
        if handler is not None:
            return handler(function.__self__, *arguments, **keywords)
        owner = getattr(function, "__self__", None)
        if isinstance(owner, tl.tensor):
            return applied(function.__func__, owner, *arguments, **keywords)
        if owner is not None:
            return ours(function(*arguments, **keywords, _semantic=SEMANTIC))
        return applied(function, *arguments, **keywords)
    if getattr(function, "__triton_aggregate__", False):
        raise unsupported("aggregates")
    return function(
        *[plain(each) for each in arguments],
        **{name: plain(each) for name, each in keywords.items()},
    )


def method(owner: Any, name: str, /, *arguments: Any, **keywords: Any) -> Any:
    """Call ``owner.name``; jitted functions that hang on tensors do not bind themselves."""
    owner = plain(owner)
    function = getattr(owner, name)
    if isinstance(owner, base_value) and isinstance(function, JIT_TYPES):
        return call(function, owner, *arguments, **keywords)
    return call(function, *arguments, **keywords)
