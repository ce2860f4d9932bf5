"""Five small operators number by number, in Python's numbers, written from their summaries."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .numbers import rounded


@dataclass(frozen=True)
class Wanted:
    """Outputs and states in order, magnitudes by name; numbers as arrays of float64."""

    outputs: tuple[np.ndarray, ...]
    magnitudes: Mapping[str, np.ndarray] = field(default_factory=dict)


def _rows(tensor) -> list[list[float]]:
    width = tensor.shape[-1]
    numbers = [float(number) for number in tensor.double().reshape(-1).tolist()]
    return [numbers[at : at + width] for at in range(0, len(numbers), width)]


def rms_norm(given: Mapping[str, Any]) -> Wanted:
    """x / sqrt(mean(x²) + eps) * weight, row by row."""
    weight, result = given["weight"].double().tolist(), []
    for row in _rows(given["x"]):
        root = math.sqrt(math.fsum(number * number for number in row) / len(row) + given["eps"])
        result += [number / root * factor for number, factor in zip(row, weight, strict=True)]
    return Wanted((np.array(result).reshape(given["x"].shape),))


def silu_and_mul(given: Mapping[str, Any]) -> Wanted:
    """gate * sigmoid(gate) * up; an error of the activation grows with ``up``."""
    gates, ups = (given[name].double().reshape(-1).tolist() for name in ("gate", "up"))
    result, sizes = [], []
    for gate, up in zip(gates, ups, strict=True):
        result.append(gate * _sigmoid(gate) * up)
        sizes.append(max(1.0, abs(up)) if math.isfinite(up) else 1.0)
    shape = tuple(given["gate"].shape)
    return Wanted((np.array(result).reshape(shape),), {"y": np.array(sizes).reshape(shape)})


def _sigmoid(number: float) -> float:
    if number >= 0:
        return 1 / (1 + math.exp(-number))
    return math.exp(number) / (1 + math.exp(number)) if number == number else number


def per_token_quant_int8(given: Mapping[str, Any]) -> Wanted:
    """127 steps up to the largest number of a row; one below 1e-10 counts as that."""
    quotients, steps, each = [], [], []
    for row in _rows(given["x"]):
        step = max(1e-10, *map(abs, row)) / 127
        quotients += [number / step for number in row]
        steps.append(step)
        each += [step] * len(row)
    shape = tuple(given["x"].shape)
    outputs = np.array(quotients).reshape(shape), np.array(steps).reshape(*shape[:-1], 1)
    return Wanted(outputs, {"value": np.array(each).reshape(shape)})


def merge_attn_states(given: Mapping[str, Any]) -> Wanted:
    """Two parts weighted by the exponentials of their log-sum-exps; ±inf: a part is empty."""
    tokens, heads, size = given["prefix_output"].shape
    output, spread = np.zeros((tokens, heads, size)), np.zeros((tokens, heads, size))
    logarithms = np.full((heads, tokens), -math.inf)
    for token in range(tokens):
        for head in range(heads):
            full = {}
            for side in ("prefix", "suffix"):
                lse = float(given[f"{side}_lse"][head, token])
                if math.isfinite(lse):
                    full[side] = lse
            if not full:
                continue
            largest = max(full.values())
            total = math.fsum(math.exp(lse - largest) for lse in full.values())
            logarithms[head, token] = largest + math.log(total)
            for side, lse in full.items():
                part = math.exp(lse - largest) / total
                for at in range(size):
                    number = part * float(given[f"{side}_output"][token, head, at])
                    output[token, head, at] += number
                    spread[token, head, at] += abs(number)
    return Wanted((output, logarithms), {"output": spread})


def reshape_and_cache(given: Mapping[str, Any]) -> Wanted:
    """Token t goes to slot ``slot_mapping[t]``, counted through all blocks; -1 goes nowhere."""
    caches = []
    for name in ("key", "value"):
        cache, new = given[f"{name}_cache"], given[name]
        now, slots = cache.double().numpy().copy(), cache.shape[1]
        for token, slot in enumerate(given["slot_mapping"].tolist()):
            if slot == -1:
                continue
            for head in range(new.shape[1]):
                for at in range(new.shape[2]):
                    number = rounded(float(new[token, head, at]), cache.dtype)
                    now[slot // slots, slot % slots, head, at] = number
        caches.append(now)
    return Wanted(tuple(caches))


ORACLES = {
    function.__name__: function
    for function in (rms_norm, silu_and_mul, per_token_quant_int8, merge_attn_states,
                     reshape_and_cache)
}  # fmt: skip
SIZES: dict[str, dict[str, Any]] = {
    "rms_norm": {"M": (2, 2), "N": 5},
    "silu_and_mul": {"M": (2, 2), "N": 5},
    "per_token_quant_int8": {"M": (3,), "N": 5},
    "merge_attn_states": {"T": 4, "H": 2, "D": 3},
    "reshape_and_cache": {"T": 4, "NB": 2, "P": 3, "H": 2, "D": 3},
}
