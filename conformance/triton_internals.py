"""The only module that touches Triton's private interface.

Supported are the releases in ``SUPPORTED``; importing this module under another one raises
``ImportError`` with the version found. Everything else in this package takes Triton's names from
here.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from typing import Any

import triton
import triton.language as tl
from triton._C.libtriton import ir
from triton.language.semantic import TritonSemantic
from triton.runtime.autotuner import Autotuner
from triton.runtime.interpreter import InterpretedFunction
from triton.runtime.jit import ConstexprFunction, JITFunction, TensorWrapper
from triton.tools.tensor_descriptor import TensorDescriptor

SUPPORTED = ("3.6", "3.7", "3.8", "3.9")
VERSION = tuple(int(part) for part in triton.__version__.split("+")[0].split(".")[:2])

if ".".join(map(str, VERSION)) not in SUPPORTED:
    raise ImportError(
        f"conformance.lockstep works with Triton {SUPPORTED[0]} to {SUPPORTED[-1]}, "
        f"found {triton.__version__}"
    )

core = tl.core
standard = tl.standard
constexpr = tl.constexpr
base_value = core.base_value
is_builtin = core.is_builtin
unwrap = core._unwrap_if_constexpr
libdevice_modules = "triton.language.extra"

#: Types of Python values that functions of the language take, besides numbers, strings and types.
VALUE_TYPES = frozenset({bool, type(ir.PROPAGATE_NAN.ALL)})
_WARNING = {
    getattr(owner, name, None)
    for owner in (core, tl.tensor)
    for name in ("view", "cat", "builtin_max", "builtin_min")
}
_RESHAPING = (core.reshape, tl.tensor.reshape)


def may_warn(function: Any, arguments: tuple, keywords: dict[str, Any]) -> bool:
    """Whether a call of the language may issue a Python warning, each time anew."""
    if function is core.where:
        condition = arguments[0] if arguments else None
        return not (isinstance(condition, tl.tensor) and condition.dtype.is_int1())
    return function in _WARNING or (function in _RESHAPING and "can_reorder" in keywords)


JIT_TYPES = (JITFunction, InterpretedFunction)

__all__ = [
    "JIT_TYPES",
    "VALUE_TYPES",
    "Autotuner",
    "ConstexprFunction",
    "InterpretedFunction",
    "JITFunction",
    "TensorDescriptor",
    "TensorWrapper",
    "TritonSemantic",
    "base_value",
    "bound_jit_method",
    "constexpr",
    "core",
    "ir",
    "is_builtin",
    "launch_options",
    "libdevice_modules",
    "may_warn",
    "parameters",
    "redirected",
    "source_lines",
    "standard",
    "tl",
    "unwrap",
]

_ALWAYS_OPTIONS = frozenset(
    {
        "num_warps",
        "num_stages",
        "num_ctas",
        "maxnreg",
        "debug",
        "device",
        "device_type",
        "stream",
        "warmup",
        "pre_hook",
        "waves_per_eu",
        "matrix_instr_nonkdim",
        "kpack",
        "enable_fp_fusion",
        "launch_cooperative_grid",
        "launch_pdl",
        "sanitize_overflow",
        "extern_libs",
        "ir_override",
        "minRegAutoWS",
        "maxRegAutoWS",
        "instrumentation_mode",
        "cluster_dims",
        "ptx_version",
        "allow_fp8e4nv",
        "schedule_hint",
    }
)
_backend_options: frozenset[str] | None = None


def launch_options() -> frozenset[str]:
    """Keyword names that a compiled launch accepts besides the kernel's own parameters."""
    global _backend_options
    if _backend_options is None:
        names = set(_ALWAYS_OPTIONS)
        for vendor, options in (("nvidia", "CUDAOptions"), ("amd", "HIPOptions")):
            try:
                module = __import__(f"triton.backends.{vendor}.compiler", fromlist=[options])
            except ImportError:
                continue
            names |= {field.name for field in fields(getattr(module, options))}
        _backend_options = frozenset(names)
    return _backend_options


def source_lines(function: Any) -> tuple[list[str], int]:
    """Source lines of a jitted function, decorators included, and the number of the first."""
    raw = getattr(function, "raw_src", None)
    if raw is not None:
        return list(raw), function.starting_line_number
    return inspect.getsourcelines(function.fn)


def parameters(function: Any) -> list[tuple[str, bool, str]]:
    """Of each parameter of a kernel.

    Its name, whether it is a constexpr, and its annotated type or ``""``.
    """
    if isinstance(function, JITFunction):
        return [(each.name, each.is_constexpr, each.annotation_type) for each in function.params]
    return [
        (name, "constexpr" in str(getattr(each.annotation, "__name__", each.annotation)), "")
        for name, each in inspect.signature(function.fn).parameters.items()
    ]


def bound_jit_method(function: Any) -> tuple[Any, Any] | None:
    """(object, jitted function) of a bound jitted method of newer releases, else None."""
    if type(function).__name__ in ("BoundJITMethod", "BoundConstexprFunction"):
        return function.__self__, function.__func__
    return None


@contextmanager
def redirected(run: Any, run_tuned: Any) -> Iterator[None]:
    """Replace ``run`` of jitted functions by ``run`` and that of autotuners by ``run_tuned``.

    Restore at the end.
    """
    replaced = [(JITFunction, run), (InterpretedFunction, run), (Autotuner, run_tuned)]
    originals = [(owner, owner.__dict__["run"]) for owner, _ in replaced]
    try:
        for owner, replacement in replaced:
            owner.run = replacement
        yield
    finally:
        for owner, original in originals:
            owner.run = original
