"""libdevice functions by name, where numpy or Python's math has the same function.

In a process without a GPU ``triton.language.extra.libdevice`` holds stubs that return None.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from conformance.lockstep.machine import unsupported
from conformance.lockstep.operations.builder import SEMANTIC
from conformance.lockstep.values.tensor import Tensor, make_tensor
from conformance.triton_internals import tl


def _exact(function: Callable[[float], float], arguments: int = 1) -> Callable:
    applied = np.frompyfunc(function, arguments, 1)
    return lambda *data: applied(*data).astype(data[0].dtype)


def _gamma(value: float) -> float:
    try:
        return math.gamma(value)
    except OverflowError:
        return math.inf
    except ValueError:
        return math.nan if value else math.copysign(math.inf, value)


def _lgamma(value: float) -> float:
    try:
        return math.lgamma(value)
    except ValueError:
        return math.inf


_FLOAT: dict[str, Callable] = {
    "exp": np.exp,
    "exp2": np.exp2,
    "exp10": lambda x: np.power(x.dtype.type(10), x),
    "expm1": np.expm1,
    "log": np.log,
    "log2": np.log2,
    "log10": np.log10,
    "log1p": np.log1p,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "asin": np.arcsin,
    "acos": np.arccos,
    "atan": np.arctan,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "tanh": np.tanh,
    "asinh": np.arcsinh,
    "acosh": np.arccosh,
    "atanh": np.arctanh,
    "sqrt": np.sqrt,
    "rsqrt": lambda x: 1 / np.sqrt(x),
    "cbrt": np.cbrt,
    "erf": _exact(math.erf),
    "erfc": _exact(math.erfc),
    "tgamma": _exact(_gamma),
    "lgamma": _exact(_lgamma),
    "floor": np.floor,
    "ceil": np.ceil,
    "trunc": np.trunc,
    "rint": np.rint,
    "nearbyint": np.rint,
    "round": lambda x: np.copysign(np.floor(np.abs(x) + x.dtype.type(0.5)), x),
    "abs": np.fabs,
    "fabs": np.fabs,
    "pow": np.power,
    "fmod": np.fmod,
    "atan2": np.arctan2,
    "hypot": np.hypot,
    "copysign": np.copysign,
    "nextafter": np.nextafter,
    "fmin": np.fmin,
    "fmax": np.fmax,
    "div_rn": np.divide,
    "add_rn": np.add,
    "sub_rn": np.subtract,
    "mul_rn": np.multiply,
    "sqrt_rn": np.sqrt,
    "fast_expf": np.exp,
    "fast_logf": np.log,
    "fast_log2f": np.log2,
    "fast_sinf": np.sin,
    "fast_cosf": np.cos,
    "fast_powf": np.power,
    "fast_dividef": np.divide,
    "fast_tanhf": np.tanh,
}
_PREDICATES: dict[str, Callable] = {
    "isnan": np.isnan,
    "isinf": np.isinf,
    "isfinited": np.isfinite,
    "finitef": np.isfinite,
    "signbit": np.signbit,
}
#: Launch dependencies between kernels; launches are complete one after the other here.
_NOTHING = frozenset({"gdc_wait", "gdc_launch_dependents"})


def call(function: Any, *arguments: Any, **keywords: Any) -> Tensor | None:
    """What the libdevice function of this name gives, computed in the type of its (promoted)
    arguments.

    Raises ``UnsupportedFeature`` for functions that are not in the table and for types narrower
    than fp32.
    """
    name = getattr(function, "__name__", str(function))
    if name in _NOTHING:
        return None
    if name not in _FLOAT and name not in _PREDICATES:
        raise unsupported(f"libdevice function {name}")
    values = [SEMANTIC.to_tensor(each) for each in arguments]
    while (
        len({value.dtype for value in values}) > 1
        or len({tuple(value.type.shape) if value.type.is_block() else () for value in values}) > 1
    ):
        values = list(SEMANTIC.binary_op_type_checking_impl(*values))
    dtype = values[0].dtype
    if name == "abs" and dtype.is_int():
        return make_tensor(np.abs(values[0].handle.data), dtype)
    if not (dtype.is_fp32() or dtype.is_fp64()):
        raise unsupported(f"libdevice function {name} of {dtype}")
    data = [value.handle.data for value in values]
    if name in _PREDICATES:
        return make_tensor(_PREDICATES[name](*data).astype(np.int32), tl.int32)
    return make_tensor(_FLOAT[name](*data).astype(data[0].dtype, copy=False), dtype)
