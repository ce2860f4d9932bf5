"""Functions of libdevice that numpy or Python's math have, too."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np


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


#: Functions of fp32 and fp64, by name.
FLOAT: dict[str, Callable] = {
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
#: Those that give an int32, 1 where they hold.
PREDICATES: dict[str, Callable] = {
    "isnan": np.isnan,
    "isinf": np.isinf,
    "isfinited": np.isfinite,
    "finitef": np.isfinite,
    "signbit": np.signbit,
}
