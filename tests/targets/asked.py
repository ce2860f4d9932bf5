"""What compiler, lockstep and suite say of a construct."""

import importlib
from collections.abc import Iterator
from typing import Any

import torch
import triton

from conformance.api import check
from conformance.contract import Axis, Budget, Contract, Output, TensorArgument
from conformance.events.request import Profile
from conformance.targets.build import Job, Refusal, build_all
from conformance.targets.gpus import gpu
from conformance.targets.launched import LaunchLog

FILES = ("loops", "branches", "names", "syntax", "operations")
BLOCK = 8
CONTRACT = Contract(
    name="doubled",
    summary="every number twice",
    axes=(Axis("N", "numbers", usual=BLOCK, least=BLOCK, most=BLOCK),),
    arguments=(TensorArgument("x", ("N",), ("float32",), "numbers"),),
    outputs=(
        Output("y", ("N",), "float32", "doubled", budget=Budget(2.0**-21, 0.0, "a few roundings")),
    ),
    reference=lambda x: x * 2,
)


PROFILE = Profile(
    "constructs", "one look", 1, 1000, 0.1, ("values", "bounds", "builds"), "some", ("sm_90",)
)


def constructs() -> Iterator[Any]:
    """Every kernel that has a construct; those that begin with _ are only called."""
    for name in FILES:
        module = importlib.import_module(f"tests.targets.constructs.{name}")
        for kernel in vars(module).values():
            if isinstance(kernel, triton.JITFunction) and not kernel.__name__.startswith("_"):
                yield kernel


def refusal(kernel: Any, n: int, name: str = "sm_90") -> str:
    """What the compiler has against a launch; empty if it takes it and the GPU has room."""
    log = LaunchLog()
    with log.during("launch"):
        log.note(kernel, (torch.zeros(BLOCK), torch.zeros(BLOCK), n), {"BLOCK": BLOCK})
    target = gpu(name)
    (launched,) = log.of_case("launch") or []
    (result,) = build_all([Job(launched.of[target.vendor], target, True)])
    if isinstance(result, Refusal):
        return result.message
    return "shared memory" if result.shared > target.shared else ""


def subject(kernel: Any, n: int) -> Any:
    """An implementation of the contract with one launch of a construct."""

    def double(x: torch.Tensor) -> torch.Tensor:
        y = torch.empty(BLOCK)
        kernel[(1,)](x, y, n, BLOCK=BLOCK)
        return y

    return double


def suite_takes(kernel: Any, n: int) -> bool:
    """Whether the suite calls an implementation with this construct conformant."""
    report = check(CONTRACT, subject(kernel, n), profile=PROFILE, seed=1)
    return report.conformant
