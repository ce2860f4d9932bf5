"""What a budget allows: the farthest number within it passes, its neighbour fails.

The figures are written down a second time, as their sources derive them, and applied to numbers and
magnitudes of the oracles: a budget that grows or shrinks is noticed.
"""

import numpy as np
import pytest
import torch
from conformance_kernels.rbln_attention.contract import OPERATORS

from conformance.catalogue.operators import find_operator
from conformance.inputs.usual import usual_case, with_dtypes, with_tensor
from conformance.judge.judge import judge
from conformance.tensors.dtypes import bits_of

from . import routing
from .asked import arguments_of
from .attention import wanted
from .small import ORACLES, SIZES
from .test_attention import sizes_of

FLOATS = ("float32", "bfloat16", "float16")
TINY, TINY_HALF = 2.0**-126, 2.0**-24
"""The smallest normal float32 and bfloat16; the distance of denormal float16."""


def edge(number: float, dtype: torch.dtype, allowed: float) -> tuple[torch.Tensor, torch.Tensor]:
    """The farthest number above ``number`` >= 0 within ``allowed``, and the next one, in dtype."""
    signed = bits_of(dtype)

    def at(step: int) -> torch.Tensor:
        return torch.tensor(step, dtype=signed).view(dtype)

    inside = int(torch.tensor(number, dtype=dtype).view(signed)) - 1
    outside = int(torch.tensor(torch.inf, dtype=dtype).view(signed))
    while outside - inside > 1:
        middle = (inside + outside) // 2
        if float(at(middle).double()) - number <= allowed:
            inside = middle
        else:
            outside = middle
    return at(inside), at(outside)


def assert_edge(contract, case, answer, place, number, allowed, *, which=0, fill=None):
    """Assert that results with another number at ``place`` of one pass up to the edge only.

    ``answer(arguments)`` gives all results in order and writes states; ``fill(arguments)`` changes
    the arguments of the case.
    """
    dtype = answer(_filled(contract, case, fill))[which].dtype
    for value, passes in zip(edge(number, dtype, allowed), (True, False), strict=True):
        before, now = _filled(contract, case, fill), _filled(contract, case, fill)
        results = answer(now)
        results[which][place] = value
        passed = [argument.name for argument in contract.passed_outputs]
        written = {argument.name: now[argument.name] for argument in contract.states}
        written |= dict(zip(passed, results, strict=True)) if passed else {}
        returned = () if passed else results[0] if len(results) == 1 else tuple(results)
        findings = judge(contract, case.axes, list(before.values()), returned, written=written)
        assert (findings == []) == passes, (float(value), number, allowed, findings)


def _filled(contract, case, fill):
    arguments = arguments_of(contract, case)
    if fill is not None:
        fill(arguments)
    return arguments


ATTENTION = {
    "float32": (2.0**-23, 16 * 2.0**-24, 0.0),
    "bfloat16": (2.0**-8, 2.0**-8, 0.0),
    "float16": (2.0**-10, 2.0**-10, TINY_HALF),
}


@pytest.mark.parametrize("name", OPERATORS)
@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("values", ["normal", "zeros"])
def test_attention(name, dtype, values):
    contract = OPERATORS[name].contract
    case = usual_case(contract, "values", **sizes_of(contract))
    case = with_dtypes(contract, case, query=dtype)
    if values == "zeros":
        case = with_tensor(contract, case, "value", values="zero")
        case = with_tensor(contract, case, "kv_cache", values="zero")
    arguments = arguments_of(contract, case)
    oracle = wanted(name, arguments)

    def answer(given):
        cache = given["kv_cache"]
        cache.copy_(oracle.cache.view(cache.dtype))
        output = torch.from_numpy(oracle.output).to(given["query"].dtype)
        return [output]

    owed = np.where(oracle.free_output, -np.inf, oracle.output)
    place = np.unravel_index(owed.argmax(), owed.shape)
    number, size = float(oracle.output[place]), float(oracle.magnitude[place])
    relative, absolute, smallest = ATTENTION[dtype]
    allowed = relative * number + absolute * size + smallest
    assert_edge(contract, case, answer, place, number, allowed)


@pytest.mark.parametrize("factor", [1.0, 0.25, 300.0, 0.0])
def test_routing_weights(factor):
    """2e-6 of the weight, and 1e-7 of the scale, or of one where that is smaller."""
    contract = find_operator("gemma4_routing").contract
    case = usual_case(contract, "values", T=3, E=5, K=2)

    def fill(given):
        given["per_expert_scale"].fill_(factor)

    def answer(given):
        rows = given["gating"].double().tolist()
        ids = [routing.selected(row, 2) for row in rows]
        scale = [factor] * 5
        weights = [routing.weights(row, own, scale) for row, own in zip(rows, ids, strict=True)]
        return [torch.tensor(weights), torch.tensor(ids, dtype=torch.int32)]

    row = arguments_of(contract, case)["gating"].double()[1].tolist()
    number = routing.weights(row, routing.selected(row, 2), [factor] * 5)[1]
    allowed = 2e-6 * number + 1e-7 * max(1.0, factor)
    assert_edge(contract, case, answer, (1, 1), number, allowed, fill=fill)


NARROW = {"bfloat16": (2.05 * 2**-8, TINY), "float16": (2.05 * 2**-11, TINY_HALF)}
RMS_NORM = {"float32": (2e-6, TINY), **NARROW}
SILU = {"float32": (6e-6, 3e-37), **NARROW, "bfloat16": (2.05 * 2**-8, 3e-37)}
MERGE = {"float32": (2**-23, 8e-6, 0.0), "bfloat16": (2**-8, 8e-6, 0.0),
         "float16": (2**-11, 8e-6, TINY_HALF)}  # fmt: skip


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("weight", [0.25, 4.0])
@pytest.mark.parametrize("values", ["normal", "zero"])
def test_rms_norm(dtype, weight, values):
    relative, absolute = RMS_NORM[dtype]

    def fill(given):
        given["weight"].fill_(weight)

    _assert_small("rms_norm", dtype, fill, values, "x",
                  lambda number, _: relative * number + absolute * max(1.0, weight))  # fmt: skip


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("up", [0.25, 4.0])
@pytest.mark.parametrize("values", ["normal", "zero"])
def test_silu_and_mul(dtype, up, values):
    relative, absolute = SILU[dtype]

    def fill(given):
        given["up"].fill_(up)

    _assert_small("silu_and_mul", dtype, fill, values, "gate",
                  lambda number, _: relative * number + absolute * max(1.0, up))  # fmt: skip


@pytest.mark.parametrize("dtype", FLOATS)
def test_merged_output(dtype):
    relative, absolute, smallest = MERGE[dtype]
    _assert_small("merge_attn_states", dtype, None, "normal", "prefix_output",
                  lambda number, size: relative * number + absolute * size + smallest)  # fmt: skip


def test_merged_logarithm():
    _assert_small("merge_attn_states", "float32", None, "normal", "prefix_output",
                  lambda number, _: 2.4e-7 * number + 1e-6, which=1)  # fmt: skip


def _assert_small(name, dtype, fill, values, drawn, allowed, which=0):
    """Try the edge at the largest number of an output; ``allowed(number, magnitude)``."""
    contract = find_operator(name).contract
    case = usual_case(contract, "values", **SIZES[name])
    case = with_tensor(contract, case, drawn, values=values)
    case = with_dtypes(contract, case, **{contract.tensors[0].name: dtype})
    oracle = ORACLES[name](_filled(contract, case, fill))
    numbers = oracle.outputs[which]
    place = np.unravel_index(numbers.argmax(), numbers.shape)
    sizes = oracle.magnitudes.get(contract.outputs[which].name)
    limit = allowed(float(numbers[place]), None if sizes is None else float(sizes[place]))

    def answer(given):
        dtypes = given[contract.tensors[0].name].dtype, torch.float32
        return [
            torch.from_numpy(each).to(kind)
            for each, kind in zip(ORACLES[name](given).outputs, dtypes, strict=False)
        ]

    assert_edge(contract, case, answer, place, float(numbers[place]), limit, which=which, fill=fill)


@pytest.mark.parametrize("largest, absmax", [(1.0, 1.0), (2.0**-40, 1e-10), (0.0, 1e-10)])
def test_quantised_values(largest, absmax):
    """4e-7 of the number, and half a step: q and the scale may be off as long as both fit."""
    contract = find_operator("per_token_quant_int8").contract
    case = usual_case(contract, "values", M=(1,), N=1)
    step = absmax / 127
    allowed = 4e-7 * largest + 0.5001 * step
    quantised = max(round(largest / step), 1)
    inside, outside = edge(largest / quantised, torch.float32, allowed / quantised)
    for scale, passes in ((inside, True), (outside, False)):
        arguments = arguments_of(contract, case)
        arguments["x"].fill_(largest)
        result = torch.tensor([[quantised]], dtype=torch.int8), scale.reshape(1, 1)
        findings = judge(contract, case.axes, list(arguments.values()), result)
        assert (findings == []) == passes, (float(scale), findings)


def test_a_cache_has_no_budget():
    contract = find_operator("reshape_and_cache").contract
    case = usual_case(contract, "state", **SIZES["reshape_and_cache"])
    states = [argument.name for argument in contract.states]
    for off, passes in ((0, True), (1, False)):
        before = arguments_of(contract, case)
        numbers = ORACLES["reshape_and_cache"](before).outputs
        written = {
            name: torch.from_numpy(each).to(before[name].dtype)
            for name, each in zip(states, numbers, strict=True)
        }
        slot = int(before["slot_mapping"].max())
        for name in states:
            cache = written[name]
            cache.view(bits_of(cache.dtype)).flatten(0, 1)[slot, 0, 0] += off
        findings = judge(contract, case.axes, list(before.values()), None, written=written)
        assert len(findings) == (0 if passes else 2)
