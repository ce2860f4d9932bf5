"""Operators are listed, described and explained without torch: their contracts import none."""

import subprocess
import sys
from importlib.metadata import entry_points

import pytest

HEAVY = ("torch", "triton", "numpy", "hypothesis")
OURS = [
    point
    for point in entry_points(group="conformance.operators")
    if point.value.startswith("conformance_kernels.")
]
LOADED = """
import sys
from importlib.metadata import EntryPoint
operator = EntryPoint(name={name!r}, value={value!r}, group="conformance.operators").load()
assert operator.contract.name == {name!r}
contract = operator.contract
assert contract.arguments and (contract.outputs or contract.states)
assert operator.subjects or operator.releases
print([module for module in {heavy!r} if module in sys.modules])
"""


def loaded(name: str, value: str) -> str:
    """The heavy modules that are loaded once the entry point is, in a process of its own."""
    code = LOADED.format(name=name, value=value, heavy=HEAVY)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


TRIED = (
    "gemma4_routing", "sliding_window_attention_naive_decode", "rms_norm", "silu_and_mul",
    "per_token_quant_int8", "merge_attn_states", "reshape_and_cache", "generate_qwen3",
)  # fmt: skip


@pytest.mark.parametrize("name", TRIED)
def test_a_contract_is_loaded_without_torch(name):
    (point,) = [point for point in OURS if point.name == name]
    assert loaded(point.name, point.value) == "[]"


def test_all_entry_points_lie_in_the_modules_that_are_tried():
    assert {point.module for point in OURS} == {p.module for p in OURS if p.name in TRIED}
