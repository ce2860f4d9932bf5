"""Numbers are what the name of their pattern says, in every dtype and range."""

import pytest
import torch

from conformance.inputs.integer_patterns import REPEATING, make_integers
from conformance.inputs.patterns import PATTERNS, Draw

SHAPE = (40, 25)
NAN_FREE = [name for name in PATTERNS if name != "nan"]


def drawn(dtype="float32", shape=SHAPE, seed=1):
    return Draw(shape, getattr(torch, dtype), torch.Generator().manual_seed(seed))


def floats(word, dtype="float32", **more):
    draw = drawn(dtype, **more)
    return PATTERNS[word](draw).to(draw.dtype).double()


def within(values, low, high):
    return bool(((values >= low) & (values <= high)).all())


@pytest.mark.parametrize("dtype", ["float32", "float16", "bfloat16"])
@pytest.mark.parametrize(
    ("word", "low", "high", "both"),
    [
        ("signed", -2, 2, True), ("positive", 0.5, 2, False), ("negative", -2, -0.5, False),
        ("fraction", 1 / 16, 1 / 4, False), ("large", -60, 60, True),
        ("large-negative", -60, -30, False), ("large-positive", 30, 60, False),
    ],
)  # fmt: skip
def test_numbers_lie_in_their_range_and_fill_it(word, low, high, both, dtype):
    values = floats(word, dtype)
    assert within(values, low, high)
    assert values.max() > high - 0.1 * (high - low) and values.min() < low + 0.1 * (high - low)
    assert bool((values < 0).any() and (values > 0).any()) is both


def test_signed_and_large_numbers_are_never_small():
    assert floats("signed").abs().min() >= 0.5 and floats("large").abs().min() >= 15
    assert floats("large").abs().max() > 50


def test_normal_numbers_are_normal():
    values = floats("normal")
    assert abs(values.mean()) < 0.2 and abs(values.std() - 1) < 0.2


def test_ones_and_zero_are_what_they_say():
    assert bool((floats("ones") == 1).all()) and bool((floats("zero") == 0).all())


@pytest.mark.parametrize(
    ("word", "special", "part"),
    [
        ("zeros", lambda v: v == 0, 0.5),
        ("infinite", lambda v: v == torch.inf, 0.3),
        ("negative-infinite", lambda v: v == -torch.inf, 0.3),
        ("nan", torch.isnan, 0.3),
    ],
)
def test_some_elements_are_special_and_the_rest_is_ordinary(word, special, part):
    values = floats(word)
    chosen = special(values)
    assert abs(chosen.double().mean() - part) < 0.1
    rest = values[~chosen]
    assert within(rest.abs(), 0.5, 2) and bool((rest < 0).any() and (rest > 0).any())
    for seed in range(5):
        assert bool(special(floats(word, shape=(1,), seed=seed)).all())  # at least one is


def test_nan_comes_with_either_sign():
    signs = set()
    for seed in range(8):
        values = PATTERNS["nan"](drawn(seed=seed))
        signs.add(bool(values[values.isnan()].signbit()[0]))
    assert signs == {True, False}


@pytest.mark.parametrize("dtype", ["float32", "float16", "bfloat16"])
def test_the_ends_of_a_dtype_are_reached(dtype):
    limits = torch.finfo(getattr(torch, dtype))
    huge = floats("huge", dtype)
    assert bool((huge.abs() == limits.max / 2).all()) and len(huge.unique()) == 2
    denormal = floats("denormal", dtype).abs()
    assert 0 < denormal.max() <= limits.smallest_normal
    assert denormal.max() > limits.smallest_normal / 2


@pytest.mark.parametrize("word", PATTERNS)
@pytest.mark.parametrize("shape", [(), (0,), (3, 0), (1,)])
def test_every_pattern_fills_every_shape(word, shape):
    assert floats(word, shape=shape).shape == shape


def integers(word, low, high, shape=SHAPE, padding=None, distinct=False, seed=1):
    draw = drawn("int64", shape, seed)
    return make_integers(draw, word, low, high, padding=padding, distinct=distinct)


RANGES = [(0, 7), (-8, 7), (-128, 127), (0, 255), (3, 3), (-5, -2), (0, 2**40)]


@pytest.mark.parametrize("word", REPEATING)
@pytest.mark.parametrize(("low", "high"), RANGES)
def test_integers_lie_in_their_range(word, low, high):
    assert within(integers(word, low, high), low, high)


@pytest.mark.parametrize("word", ["uniform", "normal"])
def test_uniform_integers_are_all_of_the_range(word):
    assert integers(word, -3, 4).unique().tolist() == list(range(-3, 5))


@pytest.mark.parametrize(
    ("word", "low", "high", "numbers"),
    [
        ("lowest", -8, 7, [-8]), ("highest", -8, 7, [7]), ("ends", -8, 7, [-8, 7]),
        ("huge", -8, 7, [-8, 7]), ("zero", -8, 7, [0]), ("zero", 3, 7, [3]),
        ("ones", -8, 7, [1]), ("negative", -4, 7, [-4, -3, -2, -1]), ("negative", 2, 7, [2]),
        ("sign-border", -200, 200, [-129, -128, -1, 0, 127, 128]), ("zeros", -8, 7, [0, 7]),
        ("all-bits", -8, 7, [-1]), ("all-bits", 0, 7, [7]),
        ("large", 0, 80, list(range(70, 81))), ("small", 0, 80, [0, 1, 2]),
        ("small", -80, 80, [-2, -1, 0, 1, 2]), ("small", 5, 80, [5, 6, 7]),
    ],
)  # fmt: skip
def test_integers_are_what_their_name_says(word, low, high, numbers):
    assert integers(word, low, high).unique().tolist() == numbers


def test_integers_in_order_run_along_the_last_axis_again_and_again():
    assert integers("ascending", 2, 4, (2, 5)).tolist() == [[2, 3, 4, 2, 3]] * 2
    assert integers("descending", 2, 4, (2, 5)).tolist() == [[4, 3, 2, 4, 3]] * 2
    assert integers("ascending", 2, 4, ()).item() == 2
    equal = {integers("equal", 0, 50, seed=seed).unique().numel() for seed in range(5)}
    assert equal == {1}


def test_nibbles_differ_within_each_byte():
    for low, high in ((0, 255), (-128, 127)):
        byte = integers("nibbles", low, high) % 256
        assert byte.div(16, rounding_mode="floor").unique().tolist() == list(range(16))
        assert (byte % 16).unique().tolist() == list(range(16))
        assert bool((byte // 16 != byte % 16).all())


@pytest.mark.parametrize("word", ["uniform", "normal", "lowest", "highest", "ascending",
                                  "descending", "large"])  # fmt: skip
@pytest.mark.parametrize(("low", "high"), [(0, 24), (-9, 90), (0, 2**40)])
def test_distinct_integers_all_differ(word, low, high):
    values = integers(word, low, high, (5, 5), distinct=True)
    assert within(values, low, high) and values.unique().numel() == 25


def test_distinct_integers_are_ordered_as_they_say():
    assert integers("ascending", 4, 90, (2, 2), distinct=True).flatten().tolist() == [4, 5, 6, 7]
    assert integers("descending", 4, 90, (2, 2), distinct=True).flatten().tolist() == [
        90,
        89,
        88,
        87,
    ]
    large = integers("large", 4, 90, (2, 2), distinct=True).flatten().sort().values
    assert large.tolist() == [87, 88, 89, 90]
    spread = integers("uniform", 0, 2**40, (50,), distinct=True)
    assert spread.max() - spread.min() > 2**39


def test_a_range_without_enough_integers_is_told():
    with pytest.raises(ValueError, match=r"^5 different numbers do not lie in 2\.\.5$"):
        integers("uniform", 2, 5, (5,), distinct=True)
    assert integers("uniform", 2, 5, (4,), distinct=True).sort().values.tolist() == [2, 3, 4, 5]
    with pytest.raises(ValueError, match=r"^no number lies in 3\.\.2$"):
        integers("uniform", 3, 2)
    assert integers("uniform", 3, 2, (0,)).shape == (0,)


def test_padding_stands_where_its_pattern_says():
    def padded(word, shape=(2, 6), **more):
        return (integers(word, 0, 9, shape, padding=-1, **more) == -1).flatten().tolist()

    assert padded("padding-all") == [True] * 12
    assert padded("padding-first") == [True] * 4 + [False] * 8
    assert padded("padding-last") == [False] * 8 + [True] * 4
    assert padded("padding-first", (1,)) == padded("padding-last", (1,)) == [True]
    some = padded("padding-some", SHAPE)
    assert 0.3 < sum(some) / len(some) < 0.5
    assert not any(padded("uniform"))
    kept = integers("padding-first", 0, 20, (9,), padding=-1, distinct=True)
    assert kept[:3].tolist() == [-1] * 3 and kept[3:].unique().numel() == 6
