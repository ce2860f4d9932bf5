"""A contract, checks and a subject as small as they can be."""

from conformance.asking.explore import explore
from conformance.checks import Check
from conformance.contract import Axis, Budget, Contract, Output, TensorArgument
from conformance.events.finding import Finding
from conformance.events.request import Profile
from conformance.execution.bench import Bench
from conformance.execution.cpu import LockstepCPU
from conformance.inputs.draw import cases
from conformance.inputs.usual import usual_case

CONTRACT = Contract(
    name="double",
    summary="twice its argument",
    axes=(Axis("N", "numbers", least=0, most=1000, usual=4, edges=(0, 1, 64)),),
    arguments=(TensorArgument("x", ("N",), ("float32", "float16"), "numbers"),),
    outputs=(Output("y", ("N",), "float32", "2x", budget=Budget(1e-6, 0.0, source="exact")),),
    reference=lambda x: (2 * x,),
)
PROFILE = Profile("test", "", examples=20, largest=100, shrink_seconds=2.0)
HASTY = Profile("hasty", "", examples=20, largest=100, shrink_seconds=2.0, further_seconds=0.0)
"""Asks nothing more once a case has failed."""
BENCH = Bench(CONTRACT, lambda x: 2 * x.float(), LockstepCPU())
WRONG = Finding("y", "is wrong")


def case(size=4, check="toy"):
    return usual_case(CONTRACT, check, N=size)


def toy_check(decide, fixed=(), drawn=False, **more):
    """A check that asks cases of the sizes ``fixed``; ``decide`` gets the case alone."""
    return Check(
        "toy",
        "Is it right?",
        lambda bench, case: decide(case),
        fixed=lambda contract: [case(size) for size in fixed],
        drawn=(lambda contract: cases(contract, "toy")) if drawn else None,
        **more,
    )


def explored(decide, fixed=(), drawn=False, profile=PROFILE, **more):
    """What comes of exploring such a check."""
    return explore(toy_check(decide, fixed, drawn), BENCH, profile, 1, **more)


def wrong_if(condition):
    return lambda case: [WRONG] if condition(case.axes["N"]) else []


def raises(error):
    def decide(case):
        raise error

    return decide
