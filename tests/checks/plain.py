"""A contract without state, and what cases of a check differ in from the usual one."""

from conformance.case import Case
from conformance.checks import find_check
from conformance.contract import (
    Axis,
    Budget,
    Contract,
    FlagArgument,
    FloatArgument,
    Output,
    TensorArgument,
)
from conformance.events.request import Profile
from conformance.execution.bench import Bench
from conformance.execution.cpu import LockstepCPU
from conformance.inputs.usual import usual_case

EXACT = {d: Budget(0, 0, source="a product with a power of two") for d in ("float32", "float16")}

CONTRACT = Contract(
    name="twice",
    summary="2x + b where b is given, and minus x",
    axes=(Axis("M", "rows", usual=4, edges=(1, 9)), Axis("N", "columns", usual=3, edges=(1, 17))),
    arguments=(
        TensorArgument(
            "x", ("M", "N"), ("float32", "float16"), "numbers", stress=("zero", "negative")
        ),
        TensorArgument("b", ("M", "N"), ("float32", "float16"), "bias", values="zero",
                       same_dtype="x", optional="none", stress=("huge",)),
        FloatArgument("scale", "not looked at", usual=1.0, edges=(0.5,), least=0.0),
        FlagArgument("fast", "not looked at"),
    ),
    outputs=(
        Output("y", ("M", "N"), "x", "2x", budget=EXACT),
        Output("z", ("M", "N"), "x", "-x", budget=EXACT),
    ),
    reference=lambda x, b, scale, fast: (2 * x if b is None else 2 * x + b, -x),
    deterministic=True,
)  # fmt: skip

PROFILE = Profile("test", "", examples=5, largest=5000, shrink_seconds=0.5)


def right(x, b=None, scale=1.0, fast=False):
    """The operator as it should be."""
    return 2 * x if b is None else 2 * x + b, -x


def bench(function=right, contract=CONTRACT):
    return Bench(contract, function, LockstepCPU())


def decided(check, function=right, case=None, contract=CONTRACT):
    """The findings of one case of a check, by default the usual one."""
    case = case or usual_case(contract, check)
    return find_check(check).decide(bench(function, contract), case)


def differences(case, contract=CONTRACT):
    """What a case differs in from the usual one of its check."""
    usual = usual_case(contract, case.check)
    found = {name: size for name, size in case.axes.items() if size != usual.axes[name]}
    for name, spec in case.tensors.items():
        before = vars(usual.tensors[name])
        found |= {f"{name}.{k}": v for k, v in vars(spec).items() if v != before[k]}
    found |= {k: v for k, v in case.options.items() if usual.options.get(k) != v}
    return found


def asked(check, contract=CONTRACT):
    """What the fixed cases of a check differ in from the usual one, in order."""
    cases = [Case.parse(str(case)) for case in find_check(check).fixed(contract)]
    assert all(case.check == check and case.contract == contract.name for case in cases)
    return [differences(case, contract) for case in cases]
