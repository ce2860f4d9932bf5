"""The same call again, where calls leave something behind."""

from dataclasses import replace

import torch

from conformance.contract import Axis, Budget, Contract, Output, Role, TensorArgument
from conformance.execution.bench import Bench
from conformance.execution.cpu import LockstepCPU

from .asked import PROFILE, explore, find_check

COUNTER = Contract(
    name="counter",
    summary="adds to what it holds",
    axes=(Axis("N", "numbers", usual=4),),
    arguments=(
        TensorArgument("x", ("N",), ("float32",), "what is added"),
        TensorArgument("total", ("N",), ("float32",), "what is held", Role.STATE),
    ),
    outputs=(Output("y", ("N",), "float32", "totals", budget=Budget(0, 0, source="one sum")),),
    # Sums as float32 has them: a state is compared bit for bit.
    reference=lambda x, total: ((total + x.float()).double(), total + x.float()),
    deterministic=True,
)


def add(x, total):
    total += x
    return total.clone()


class Drifting:
    calls = 0

    def __call__(self, x, total):
        self.calls += 1
        total += x
        return total.clone() if self.calls % 2 else torch.where(total == 0, -0.0, total)


def verdict(function, contract=COUNTER):
    bench = Bench(contract, function, LockstepCPU())
    return explore(find_check("repetition"), bench, PROFILE, seed=1).verdict


def test_what_accumulates_is_the_same_call_only_from_the_same_state():
    assert verdict(add) == "PASS"
    assert verdict(add, replace(COUNTER, deterministic=False)) == "PASS"


def test_other_bits_in_a_later_call_are_found():
    zero = tuple(replace(argument, values="zero") for argument in COUNTER.arguments)
    assert verdict(Drifting(), replace(COUNTER, arguments=zero)) == "FAIL"
    assert verdict(add, replace(COUNTER, arguments=zero)) == "PASS"
