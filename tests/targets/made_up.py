"""A compiler that answers what a test tells it, and a subject whose launches it is asked about."""

from dataclasses import dataclass, field

import torch
import triton
import triton.language as tl

from conformance.checks import find_check
from conformance.contract import Axis, Budget, Contract, Output, TensorArgument
from conformance.events.request import Profile
from conformance.execution.bench import Bench
from conformance.execution.cpu import LockstepCPU
from conformance.inputs.usual import usual_case
from conformance.targets.build import Refusal
from conformance.triton_compiler import Needs

CHECK = find_check("builds")
CONTRACT = Contract(
    name="doubled",
    summary="every number twice",
    axes=(Axis("N", "numbers", usual=64),),
    arguments=(TensorArgument("x", ("N",), ("float32", "float16"), "numbers"),),
    outputs=(Output("y", ("N",), "x", "doubled", budget=Budget(0.0, 0.0, "exact")),),
    reference=lambda x: x * 2,
)


@triton.jit
def double(x, y, n, BLOCK: tl.constexpr, FLAG: tl.constexpr):
    o = tl.arange(0, BLOCK)
    tl.store(y + o, tl.load(x + o, mask=o < n) * 2, mask=o < n)


@triton.autotune(
    [triton.Config({"BLOCK": 128}), triton.Config({"BLOCK": 64}), triton.Config({"BLOCK": 256})],
    key=[],
)
@triton.jit
def tuned(x, y, n, BLOCK: tl.constexpr, FLAG: tl.constexpr):
    o = tl.arange(0, BLOCK)
    tl.store(y + o, tl.load(x + o, mask=o < n) * 2, mask=o < n)


@triton.jit
def other(x, y, n, BLOCK: tl.constexpr, FLAG: tl.constexpr):
    o = tl.arange(0, BLOCK)
    tl.store(y + o, tl.load(x + o, mask=o < n) * 2, mask=o < n)


def launching(kernel=double, flags=(), **constants):
    """A subject whose blocks hold all of its vector; ``FLAG`` is False for the sizes ``flags``."""

    def function(x):
        y = torch.empty_like(x)
        block = {} if kernel is tuned else {"BLOCK": triton.next_power_of_2(len(x))}
        kernel[(1,)](x, y, len(x), FLAG=len(x) not in flags, **block, **constants)
        return y

    return function


def bench(function, targets=("sm_90",), binaries="some"):
    """A subject where the check asks for ``targets``."""
    profile = Profile("test", "", 0, 1000, 0.0, (), binaries, targets)
    return Bench(CONTRACT, function, LockstepCPU(), profile)


def case(size=64, dtype="float32", **options):
    """A case of the check."""
    asked = usual_case(CONTRACT, "builds", N=size).with_tensor("x", dtype=dtype)
    return asked.with_options(**options) if options else asked


def block(job):
    """The block of the signature that a job builds."""
    return max(value for value in job.signature.constants.values() if type(value) is int)


@dataclass
class Compiler:
    """Takes everything, but for what ``answer`` says of a job. ``jobs`` are those it was asked."""

    answer: object = lambda job: Needs()
    jobs: list = field(default_factory=list)

    def build_all(self, jobs, done=lambda place: None, workers=None):
        self.jobs += jobs
        results = []
        for place, job in enumerate(jobs):
            done(place)
            failed = isinstance(job.signature, Exception)
            results.append(Refusal("launch", str(job.signature)) if failed else self.answer(job))
        return results

    def used(self, monkeypatch, missing=()):
        """This compiler, in place of Triton's; it has none of the ``missing`` targets."""
        module = "conformance.targets.builder"
        monkeypatch.setattr(f"{module}.build_all", self.build_all)
        monkeypatch.setattr(
            f"{module}.unavailable",
            lambda gpus: {each.name: "not there" for each in gpus if each.name in missing},
        )
        return self
