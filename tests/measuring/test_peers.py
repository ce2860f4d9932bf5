"""Peers do the operator's work, or say what they leave out: at small points answers are right.

What is compiled takes long to compile, so that it is asked once.
"""

from dataclasses import replace

import pytest

from conformance.catalogue.operators import find_operator
from conformance.measuring.points import case_of
from conformance.measuring.worker.emulated import emulating
from conformance.measuring.worker.entrants import peer_entrant
from conformance.measuring.worker.judging import findings_of

HEADS = {"H": 2, "G": 2, "D": 32, "SPARE": 1}
PAGED, HELD = {"P": 64, **HEADS, "seq_idx_values": "full"}, {"W": 48, **HEADS}
POINTS = {
    "flash_causal_attention_naive_decode": {"NB": 3, "NP": 3, "L": 1, **PAGED},
    "flash_causal_attention_naive_prefill": {"NP": 3, "L": 40, **PAGED},
    "flash_attention_naive_decode": {"NB": 2, "NP": 2, "L": 1, **PAGED},
    "causal_attention_naive_decode": {"NB": 3, "L": 1, **PAGED},
    "attention_naive_prefill": {"L": 40, **PAGED},
    "sliding_window_attention_naive_decode": {"NB": 3, **HELD, "cache_seq_len_values": "W"},
    "sliding_window_attention_naive_prefill": {"L": 60, **HELD, "cache_seq_len_values": "W"},
}
COMPILED = "flash_causal_attention_naive_decode"
OTHERS = [name for name in POINTS if name != COMPILED and "flash_attention" not in name
          and not name.startswith("attention")]  # fmt: skip


def wrong(name, peer, way=None, emulated=False, dtype="bfloat16"):
    operator = find_operator(name)
    found = next(each for each in operator.measured.peers if each.name == peer)
    entrant = peer_entrant(operator, found)
    assert not entrant.absent, entrant.absent
    if way is not None:
        entrant = replace(entrant, answers=entrant.ways[way])
    if emulated:
        entrant = emulating(entrant)
    case = case_of(operator.contract, {**POINTS[name], "dtype": dtype}, seed=5)
    return findings_of(operator.contract, case, entrant, "cpu")


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
@pytest.mark.parametrize("name", POINTS)
def test_append_gather_and_attend_in_torch(name, dtype):
    assert wrong(name, "gather+sdpa", dtype=dtype) == []


def test_the_same_compiled():
    assert wrong(COMPILED, "compiled gather") == []


@pytest.mark.parametrize("name", [COMPILED, "sliding_window_attention_naive_decode"])
def test_flex_attention_over_pages(name):
    assert wrong(name, "flex") == []


@pytest.mark.network
@pytest.mark.parametrize("way", ["whole", "segments"])
@pytest.mark.parametrize("name", [COMPILED, *OTHERS])
def test_the_attention_of_vllm_out_of_its_wheel(name, way):
    assert wrong(name, "vllm", way, emulated=True) == []


def test_eager_routing_is_right_where_nothing_is_special():
    operator = find_operator("gemma4_routing")
    case = case_of(operator.contract, {"T": 33, "E": 60, "K": 4}, seed=5)
    (eager,) = (each for each in operator.measured.peers if each.name == "eager")
    assert findings_of(operator.contract, case, peer_entrant(operator, eager), "cpu") == []


@pytest.mark.network
def test_what_vllm_routes_with_in_torch_comes_out_of_its_file():
    operator = find_operator("gemma4_routing")
    case = case_of(operator.contract, {"T": 33, "E": 60, "K": 4}, seed=5)
    (eager,) = (each for each in operator.measured.peers if each.name == "vllm eager")
    assert findings_of(operator.contract, case, peer_entrant(operator, eager), "cpu") == []


@pytest.mark.parametrize("name", POINTS)
def test_a_peer_that_appends_nothing_says_so(name):
    for peer in find_operator(name).measured.peers:
        assert peer.prepared == bool(peer.leaves_out)
