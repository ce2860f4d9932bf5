"""What Triton keeps to itself: all but `triton` and `triton.language`.

Beside `triton_launches`, `triton_compiler`, `triton_cache` and `triton_backends`, the only module
that touches it.

Importing it under a release of Triton that is not in ``SUPPORTED`` raises ``ImportError``.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import fields
from types import FunctionType
from typing import Any

import triton
import triton.language as tl
from triton._C.libtriton import ir
from triton.language.semantic import TritonSemantic
from triton.runtime.autotuner import Autotuner, Heuristics
from triton.runtime.interpreter import InterpretedFunction
from triton.runtime.jit import ConstexprFunction, JITFunction
from triton.tools.tensor_descriptor import TensorDescriptor

from conformance.triton_backends import BaseBackend, DriverBase, GPUTarget

__all__ = [
    "AtomicOperation",
    "Autotuner",
    "BaseBackend",
    "ConstexprFunction",
    "DriverBase",
    "GPUTarget",
    "InterpretedFunction",
    "JITFunction",
    "MemoryOrder",
    "Padding",
    "Rounding",
    "ScaledFormat",
    "TensorDescriptor",
    "TritonSemantic",
]  # the classes that other modules take from here

SUPPORTED = ("3.6", "3.7", "3.8", "3.9")
VERSION = tuple(int(part) for part in triton.__version__.split("+")[0].split(".")[:2])

if ".".join(map(str, VERSION)) not in SUPPORTED:
    raise ImportError(
        f"conformance.lockstep works with Triton {SUPPORTED[0]} to {SUPPORTED[-1]}, "
        f"found {triton.__version__}"
    )

# Enumerations of the builder.
AtomicOperation = ir.ATOMIC_OP
MemoryOrder = ir.MEM_SEMANTIC
Padding = ir.PADDING_OPTION
Rounding = ir.ROUNDING_MODE
ScaledFormat = ir.ScaleDotElemTypeTY

#: Every value that a kernel can compute with, tensors and constexprs among them.
base_value = tl.core.base_value
#: Whether a function is one of the language's builtins, which take a ``_semantic``.
is_builtin = tl.core.is_builtin
#: The value of a constexpr; lists and tuples are searched, anything else stays.
unwrap = tl.core._unwrap_if_constexpr
#: What ``tl.argmax`` and the like call.
builtin_reduce_with_indices = tl.core._reduce_with_indices
#: What calls of vendors' device libraries come down to; None where a release lacks it.
builtin_extern_elementwise = getattr(tl.core, "extern_elementwise", None)

JIT_TYPES = (JITFunction, InterpretedFunction)
#: Types of Python values that functions of the language take, besides numbers, strings and types.
VALUE_TYPES = frozenset({bool, type(ir.PROPAGATE_NAN.ALL)})

_WARNING = {
    getattr(owner, name, None)
    for owner in (tl.core, tl.tensor)
    for name in ("view", "cat", "builtin_max", "builtin_min")
}
_RESHAPING = (tl.reshape, tl.tensor.reshape)
_COMBINATIONS = {
    id(getattr(tl.standard, name, None)): meaning
    for name, meaning in (
        ("_sum_combine", "sum"),
        ("_prod_combine", "product"),
        ("_elementwise_max", "maximum"),
        ("_elementwise_min", "minimum"),
        ("_xor_combine", "xor"),
        ("_or_combine", "or"),
        ("_argmax_combine_tie_break_left", "argmax"),
        ("_argmax_combine_tie_break_fast", "argmax"),
        ("_argmin_combine_tie_break_left", "argmin"),
        ("_argmin_combine_tie_break_fast", "argmin"),
    )
    if hasattr(tl.standard, name)
}


def may_warn(function: Any, arguments: tuple, keywords: dict[str, Any]) -> bool:
    """Whether a call of the language may issue a Python warning, each time anew."""
    if function is tl.where:
        condition = arguments[0] if arguments else None
        return not (isinstance(condition, tl.tensor) and condition.dtype.is_int1())
    return function in _WARNING or (function in _RESHAPING and "can_reorder" in keywords)


def combination_of(function: Any) -> str | None:
    """What a jitted combination of the language's own reductions and scans computes.

    One of sum, product, maximum, minimum, xor, or, argmax, argmin; None for any other function.
    """
    return _COMBINATIONS.get(id(function))


def skips_nan(propagation: Any) -> bool:
    """Whether an operation that was given ``propagation`` prefers numbers to NaN."""
    return propagation == ir.PROPAGATE_NAN.NONE


def backend_options() -> frozenset[str]:
    """Names of the options that the installed compilers of NVIDIA and AMD GPUs take."""
    names: set[str] = set()
    for vendor, options in (("nvidia", "CUDAOptions"), ("amd", "HIPOptions")):
        try:
            module = __import__(f"triton.backends.{vendor}.compiler", fromlist=[options])
        except ImportError:
            continue
        names |= {field.name for field in fields(getattr(module, options))}
    return frozenset(names)


def as_constexpr_where_wanted(word: Any) -> Any:
    """A format of ``tl.dot_scaled`` as its release wants it: up to 3.7 a constexpr, later a str."""
    return tl.constexpr(word) if VERSION < (3, 8) and isinstance(word, str) else word


def python_function(kernel: Any) -> FunctionType:
    """The Python function that a jitted function was made of."""
    return kernel.fn


def kernel_name(kernel: Any) -> str:
    """Module and qualified name of the Python function that a jitted function was made of."""
    return f"{kernel.fn.__module__}.{kernel.fn.__qualname__}"


def hooks_before(kernel: Any) -> tuple[Callable, ...]:
    """What a launch calls first, with the arguments and keywords of the launch."""
    return tuple(getattr(kernel, "pre_run_hooks", ()))


def checks_assertions(kernel: Any) -> bool:
    """Whether the kernel was declared with ``debug=True``."""
    return bool(getattr(kernel, "debug", False))


def source_lines(kernel: Any) -> tuple[list[str], int]:
    """Source lines of a jitted function, decorators included, and the number of the first."""
    raw = getattr(kernel, "raw_src", None)
    if raw is not None:
        return list(raw), kernel.starting_line_number
    return inspect.getsourcelines(kernel.fn)


def parameters(kernel: Any) -> list[tuple[str, bool, str]]:
    """(name, whether it is a constexpr, annotated type or ``""``) of each parameter of a kernel."""
    if isinstance(kernel, JITFunction):
        return [(each.name, each.is_constexpr, each.annotation_type) for each in kernel.params]
    return [
        (name, "constexpr" in str(getattr(each.annotation, "__name__", each.annotation)), "")
        for name, each in inspect.signature(kernel.fn).parameters.items()
    ]


def specialised_parameters(kernel: Any) -> frozenset[str]:
    """Names of the parameters that Triton makes a constexpr where a launch passes an int of 1."""
    if not isinstance(kernel, JITFunction):
        return frozenset()
    return frozenset(
        each.name
        for each in kernel.params
        if not each.do_not_specialize and not each.is_constexpr and not each.annotation_type
    )


def chosen_by_itself(kernel: Any) -> frozenset[str]:
    """Names of what an autotuned kernel, or one with heuristics, gives its function itself."""
    names: set[str] = set()
    while isinstance(kernel, Autotuner | Heuristics):
        if isinstance(kernel, Autotuner):
            names |= {name for each in kernel.configs for name in each.all_kwargs()}
        else:
            names |= kernel.values.keys()
        kernel = kernel.fn
    return frozenset(names)


def with_default(kernel: Any) -> frozenset[str]:
    """Names of the parameters of a kernel that a launch may leave out."""
    while not hasattr(kernel, "signature") and hasattr(kernel, "fn"):
        kernel = kernel.fn
    parameters = getattr(kernel, "signature", inspect.Signature()).parameters.values()
    return frozenset(each.name for each in parameters if each.default is not each.empty)


def bound_jit_method(function: Any) -> tuple[Any, Any] | None:
    """(object, jitted function) of a bound jitted method of newer releases, else None."""
    if type(function).__name__ in ("BoundJITMethod", "BoundConstexprFunction"):
        return function.__self__, function.__func__
    return None


def is_gluon(kernel: Any) -> bool:
    """Whether a jitted function is written in Gluon."""
    return kernel.__class__.__name__.startswith("Gluon")


def is_aggregate(function: Any) -> bool:
    """Whether calling ``function`` makes an aggregate (``triton.language.core._aggregate``)."""
    return bool(getattr(function, "__triton_aggregate__", False))


def is_libdevice(function: Any) -> bool:
    """Whether ``function`` stands for one of a vendor's device library."""
    return getattr(function, "__module__", "").startswith("triton.language.extra")


def is_of_triton(module: str | None) -> bool:
    """Whether functions of ``module`` belong to Triton's own library."""
    return (module or "").startswith("triton.")
