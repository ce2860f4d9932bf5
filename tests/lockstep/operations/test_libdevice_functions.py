"""Functions of libdevice are those of their name, in float32 and float64."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest

from conformance.lockstep.language.libdevice_functions import FLOAT, PREDICATES

X = [0.0, 0.3, 0.75, 1.0, 1.5, 2.5, 3.5, 7.25, -0.3, -0.75, -1.5, -2.5, -3.5, 30.0, -30.0]
Y = [0.5, 2.0, -1.5, 3.0, 0.25, -2.0, 4.0, 1.0]


def nearest_away(x: float) -> float:
    return math.copysign(math.floor(abs(x) + 0.5), x)


def nearest_even(x: float) -> float:
    return math.copysign(round(abs(x)), x)


def down(x: float) -> float:
    return math.copysign(math.floor(x), x)


def up(x: float) -> float:
    return math.copysign(math.ceil(x), x)


def toward_zero(x: float) -> float:
    return math.copysign(math.trunc(x), x)


ONE = {
    "exp": mpmath.exp, "exp2": lambda x: mpmath.mpf(2) ** x, "exp10": lambda x: mpmath.mpf(10) ** x,
    "expm1": mpmath.expm1, "log": mpmath.log, "log2": lambda x: mpmath.log(x, 2),
    "log10": mpmath.log10, "log1p": mpmath.log1p, "sin": mpmath.sin, "cos": mpmath.cos,
    "tan": mpmath.tan, "asin": mpmath.asin, "acos": mpmath.acos, "atan": mpmath.atan,
    "sinh": mpmath.sinh, "cosh": mpmath.cosh, "tanh": mpmath.tanh, "asinh": mpmath.asinh,
    "acosh": mpmath.acosh, "atanh": mpmath.atanh, "sqrt": mpmath.sqrt,
    "rsqrt": lambda x: 1 / mpmath.sqrt(x), "erf": mpmath.erf, "erfc": mpmath.erfc,
    "tgamma": mpmath.gamma, "lgamma": lambda x: mpmath.log(abs(mpmath.gamma(x))),
    "cbrt": lambda x: mpmath.sign(x) * mpmath.cbrt(abs(x)), "floor": down,
    "ceil": up, "trunc": toward_zero, "rint": nearest_even, "nearbyint": nearest_even,
    "round": nearest_away, "abs": abs, "fabs": abs, "sqrt_rn": mpmath.sqrt, "fast_expf": mpmath.exp,
    "fast_logf": mpmath.log, "fast_log2f": lambda x: mpmath.log(x, 2), "fast_sinf": mpmath.sin,
    "fast_cosf": mpmath.cos, "fast_tanhf": mpmath.tanh,
}  # fmt: skip
TWO = {
    "pow": lambda x, y: mpmath.mpf(x) ** y, "fast_powf": lambda x, y: mpmath.mpf(x) ** y,
    "fmod": math.fmod, "atan2": mpmath.atan2, "hypot": mpmath.hypot, "copysign": math.copysign,
    "fmin": min, "fmax": max, "div_rn": lambda x, y: mpmath.mpf(x) / y,
    "fast_dividef": lambda x, y: mpmath.mpf(x) / y, "add_rn": lambda x, y: x + y,
    "sub_rn": lambda x, y: x - y, "mul_rn": lambda x, y: x * y,
}  # fmt: skip


def real(function, *numbers):
    """What a function of real numbers gives; None where it has no real value."""
    try:
        value = function(*map(mpmath.mpf, numbers)) if function not in EXACT else function(*numbers)
    except (ValueError, ZeroDivisionError, OverflowError):
        return None
    is_real = isinstance(value, float | mpmath.mpf) and mpmath.isfinite(value)
    return float(value) if is_real else None


EXACT = {nearest_away, nearest_even, down, up, toward_zero, math.copysign, math.fmod}


def close(got: float, wanted: float, dtype) -> bool:
    if dtype is np.float32 and abs(wanted) > 3.4e38:
        return got == math.copysign(math.inf, wanted)
    return math.isclose(
        got, wanted, rel_tol=16 * np.finfo(dtype).eps, abs_tol=np.finfo(dtype).eps ** 2
    )


def test_every_function_is_tried():
    assert set(ONE) | set(TWO) | {"nextafter"} == set(FLOAT)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", ONE)
def test_functions_of_one_number(name, dtype):
    x = np.array(X, dtype)
    with np.errstate(all="ignore"):
        got = FLOAT[name](x)
    assert got.dtype == dtype
    tried = 0
    for number, result in zip(x.tolist(), got.tolist(), strict=True):
        owed = real(ONE[name], number)
        if owed is None:
            assert not math.isfinite(result), (number, result)
        else:
            tried += 1
            # Python's own logarithm of gamma errs by a few ulp of one.
            off = abs(result - owed) / np.finfo(dtype).eps if name == "lgamma" else math.inf
            assert close(result, owed, dtype) or off < 8, (number, result, owed)
            assert owed or math.copysign(1, result) == math.copysign(1, owed) or number == 0
    assert tried >= 5


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", TWO)
def test_functions_of_two_numbers(name, dtype):
    x, y = (side.ravel() for side in np.meshgrid(np.array(X[1:], dtype), np.array(Y, dtype)))
    with np.errstate(all="ignore"):
        got = FLOAT[name](x, y)
    assert got.dtype == dtype
    for left, right, result in zip(x.tolist(), y.tolist(), got.tolist(), strict=True):
        owed = real(TWO[name], left, right)
        if owed is None:
            assert not math.isfinite(result), (left, right, result)
        else:
            assert close(result, owed, dtype), (left, right, result, owed)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_extremes_skip_nan_and_the_next_number_is_next(dtype):
    nan, one = np.array([np.nan], dtype), np.array([1.0], dtype)
    for name in ("fmin", "fmax"):
        assert FLOAT[name](nan, one) == FLOAT[name](one, nan) == 1.0
    assert FLOAT["nextafter"](one, one * 2)[0] - 1 == np.finfo(dtype).eps
    assert 1 - FLOAT["nextafter"](one, -one)[0] == np.finfo(dtype).eps / 2


def test_poles_and_overflow():
    at = np.array([0.0, -0.0, -1.0, 200.0])
    assert FLOAT["tgamma"](at)[:2].tolist() == [math.inf, -math.inf]
    assert math.isnan(FLOAT["tgamma"](at)[2]) and FLOAT["tgamma"](at)[3] == math.inf
    assert FLOAT["lgamma"](at)[:3].tolist() == [math.inf] * 3


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("isnan", [1, 0, 0, 0, 0]),
        ("isinf", [0, 1, 1, 0, 0]),
        ("isfinited", [0, 0, 0, 1, 1]),
        ("finitef", [0, 0, 0, 1, 1]),
        ("signbit", [0, 0, 1, 1, 0]),
    ],
)
def test_predicates(name, wanted):
    given = np.array([np.nan, np.inf, -np.inf, -0.0, 2.0], np.float32)
    assert PREDICATES[name](given).astype(int).tolist() == wanted
    assert set(PREDICATES) == {"isnan", "isinf", "isfinited", "finitef", "signbit"}
