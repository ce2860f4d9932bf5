"""Calls inside a kernel: to Triton's builtins, to other kernels, to Python.

A kernel is rewritten so that its calls come here, and a call of a kernel rewrites it. So this is
where both meet; whatever else runs jitted functions (reductions, scans, sorting) is given
``run_function``.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable
from functools import partial
from types import FunctionType, MethodType
from typing import Any

import triton.language as tl

from conformance.lockstep.control.branches import branch, choice
from conformance.lockstep.control.loops import Range, for_each, repeat
from conformance.lockstep.language import libdevice, reduction, scan, sorting
from conformance.lockstep.language.builtin_functions import (
    assertion,
    device_print,
    extreme,
    is_instance,
    python_print,
    refused,
    same,
    static_assert,
    static_print,
    static_range,
)
from conformance.lockstep.language.conditions import conjunction, decides, disjunction, truth
from conformance.lockstep.language.constants import attribute_value, plain
from conformance.lockstep.language.debugging import debugger
from conformance.lockstep.language.names import assigned, slice_of, subscript, unpacked
from conformance.lockstep.language.operators import BINARY, UNARY, chained
from conformance.lockstep.language.recipes import applied
from conformance.lockstep.language.rewrite import rewrite
from conformance.lockstep.machine import unsupported
from conformance.lockstep.operations.semantic import SEMANTIC
from conformance.lockstep.values.tensor import Tensor, ours
from conformance.triton_internals import (
    JIT_TYPES,
    ConstexprFunction,
    base_value,
    bound_jit_method,
    builtin_extern_elementwise,
    builtin_reduce_with_indices,
    is_aggregate,
    is_builtin,
    is_gluon,
    is_libdevice,
)

#: Rewritten functions by identity; the kernel is kept so that its id is not used again.
_rewritten: dict[int, tuple[Any, Callable]] = {}


def rewritten(kernel: Any) -> Callable:
    """The plain Python function that runs the jitted function ``kernel`` in lockstep."""
    known = _rewritten.get(id(kernel))
    if known is None:
        known = _rewritten[id(kernel)] = kernel, rewrite(kernel, _HELPERS)
    return known[1]


def run_function(function: Any, /, *arguments: Any, **keywords: Any) -> Any:
    """Call a jitted function from within a kernel."""
    return rewritten(function)(*arguments, **keywords)


#: (function, what is called in its place). Names that a release of Triton lacks give None.
_SPECIAL: list[tuple[Any, Callable]] = [
    (builtins.range, Range),
    (tl.range, Range),
    (tl.static_range, static_range),
    (builtins.min, extreme(builtins.min, tl.minimum)),
    (builtins.max, extreme(builtins.max, tl.maximum)),
    (builtins.isinstance, is_instance),
    (builtins.print, python_print),
    (tl.device_print, device_print),
    (tl.static_assert, static_assert),
    (tl.static_print, static_print),
    (tl.reduce, partial(reduction.reduce, run_function)),
    (builtin_reduce_with_indices, partial(reduction.reduce_with_indices, run_function)),
    (tl.associative_scan, partial(scan.associative_scan, run_function)),
    (tl.tensor.reduce, partial(reduction.reduce, run_function)),
    (tl.tensor.associative_scan, partial(scan.associative_scan, run_function)),
    (tl.sort, partial(sorting.sort, run_function)),
    (getattr(tl, "topk", None), partial(sorting.topk, run_function)),
    (tl.multiple_of, same),
    (tl.max_contiguous, same),
    (tl.max_constancy, same),
    (tl.inline_asm_elementwise, refused("inline assembly")),
    (getattr(tl, "map_elementwise", None), refused("tl.map_elementwise")),
    (builtin_extern_elementwise, refused("tl.extern_elementwise")),
]
_BY_IDENTITY = {id(function): handler for function, handler in _SPECIAL if function is not None}


#: Plain functions of Triton's language that ``applied`` runs, found once.
_APPLIED: set[Any] = set()


def call(function: Any, /, *arguments: Any, **keywords: Any) -> Any:
    """Call ``function`` as compiled code would."""
    kind = type(function)
    if kind is FunctionType:
        if function in _APPLIED:
            return applied(function, *arguments, **keywords)
    elif kind is MethodType:
        if function.__func__ in _APPLIED and type(function.__self__) is Tensor:
            return applied(function.__func__, function.__self__, *arguments, **keywords)
    elif id(function) in _rewritten and id(function) not in _BY_IDENTITY:
        return _rewritten[id(function)][1](*arguments, **keywords)
    return _call(function, arguments, keywords)


def _call(function: Any, arguments: tuple, keywords: dict[str, Any]) -> Any:
    function = plain(function)
    handler = _BY_IDENTITY.get(id(function))
    if handler is not None:
        return handler(*arguments, **keywords)
    bound = bound_jit_method(function)
    if bound is not None:
        return call(bound[1], bound[0], *arguments, **keywords)
    if isinstance(function, JIT_TYPES):
        if is_gluon(function):
            raise unsupported("Gluon")
        return run_function(function, *arguments, **keywords)
    if isinstance(function, ConstexprFunction):
        return function(*arguments, **keywords)
    if is_libdevice(function):
        return libdevice.call(function, *arguments, **keywords)
    if is_builtin(function):
        handler = _BY_IDENTITY.get(id(getattr(function, "__func__", None)))
        if handler is not None:
            return handler(function.__self__, *arguments, **keywords)
        owner = getattr(function, "__self__", None)
        if isinstance(owner, tl.tensor):
            _APPLIED.add(function.__func__)
            return applied(function.__func__, owner, *arguments, **keywords)
        if owner is not None:
            return ours(function(*arguments, **keywords, _semantic=SEMANTIC))
        if type(function) is FunctionType:
            _APPLIED.add(function)
        return applied(function, *arguments, **keywords)
    if is_aggregate(function):
        raise unsupported("aggregates")
    return function(
        *[plain(each) for each in arguments],
        **{name: plain(each) for name, each in keywords.items()},
    )


def method(owner: Any, name: str, /, *arguments: Any, **keywords: Any) -> Any:
    """Call ``owner.name``; jitted functions that hang on tensors do not bind themselves."""
    owner = plain(owner)
    function = getattr(owner, name)
    if (
        type(function) is not FunctionType
        and isinstance(function, JIT_TYPES)
        and isinstance(owner, base_value)
    ):
        return call(function, owner, *arguments, **keywords)
    return call(function, *arguments, **keywords)


#: What rewritten code calls, by name (see ``rewriter``).
_HELPERS: dict[str, Callable] = {
    **BINARY,
    **UNARY,
    "assertion": assertion,
    "assigned": assigned,
    "attribute_value": attribute_value,
    "branch": branch,
    "call": call,
    "chained": chained,
    "choice": choice,
    "conjunction": conjunction,
    "debugger": partial(debugger, call),
    "decides": decides,
    "disjunction": disjunction,
    "for_each": for_each,
    "method": method,
    "plain": plain,
    "repeat": repeat,
    "slice_of": slice_of,
    "subscript": subscript,
    "truth": truth,
    "unpacked": unpacked,
}
