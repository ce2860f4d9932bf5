"""Few signatures that hold what all of them hold."""

from conformance.targets.choose import covering
from conformance.triton_compiler import Signature


def _signature(pointer="*fp32", block=16, flag=True, warps=4):
    types = {"x": pointer, "BLOCK": "constexpr", "FLAG": "constexpr"}
    return Signature(None, types, {(1,): block, (2,): flag}, {}, {"num_warps": warps})


def test_the_largest_comes_first():
    assert covering([_signature(block=16), _signature(block=64), _signature(block=32)]) == [1]


def test_each_type_option_and_flag_is_held():
    all_ = [
        _signature(),
        _signature("*bf16"),
        _signature(flag=False),
        _signature(warps=8),
        _signature("*bf16", flag=False, warps=8),
    ]
    assert covering(all_) == [0, 4]


def test_only_the_types_of_pointers_are_held_where_no_more_is_asked():
    all_ = [_signature(), _signature("*bf16"), _signature(flag=False), _signature(warps=8)]
    assert covering(all_, only_types=True) == [0, 1]


def test_nothing_needs_nothing():
    assert covering([]) == []
