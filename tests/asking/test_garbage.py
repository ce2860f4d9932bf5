"""Whatever a subject returns or raises is judged; none of it brings the suite down."""

import pytest
import torch

from conformance.asking.explore import explore
from conformance.checks import find_check
from conformance.events.verdict import Verdict
from conformance.execution.bench import Bench
from conformance.execution.cpu import LockstepCPU

from .toy import CONTRACT, PROFILE


class Odd:
    """Nothing that anybody expects."""

    def __iter__(self):
        raise RuntimeError("not iterable after all")

    def __repr__(self):
        raise RuntimeError("not printable either")


class OwnError(Exception):
    def __str__(self):
        raise RuntimeError("no message")


def raising(error):
    def subject(x):
        raise error

    return subject


GARBAGE = {
    "none": lambda x: None,
    "text": lambda x: "y",
    "list of numbers": lambda x: x.tolist(),
    "nested": lambda x: ((2 * x,),),
    "odd": lambda x: Odd(),
    "meta": lambda x: torch.empty(x.shape, device="meta"),
    "sparse": lambda x: (2 * x.float()).to_sparse(),
    "complex": lambda x: (2 * x.float()).to(torch.complex64),
    "bool": lambda x: x > 0,
    "scalar": lambda x: torch.tensor(1.0),
    "exit": raising(SystemExit(3)),
    "unprintable": raising(OwnError()),
    "wrong": lambda x: 3 * x.float() + 1,
}


def ask(subject, check="values"):
    bench = Bench(CONTRACT, subject, LockstepCPU())
    return explore(find_check(check), bench, PROFILE, 1)


@pytest.mark.parametrize("name", GARBAGE)
@pytest.mark.parametrize("check", ["values", "poison", "layout", "repetition", "reuse", "dtypes"])
def test_garbage_fails(name, check):
    event = ask(GARBAGE[name], check)
    assert event.verdict is Verdict.FAIL, event.reason
    assert event.failures[0].findings[0].message


@pytest.mark.parametrize("name", GARBAGE)
@pytest.mark.parametrize("check", ["purity", "bounds"])
def test_checks_that_ask_other_questions_bear_garbage(name, check):
    assert ask(GARBAGE[name], check).verdict is Verdict.PASS


def test_a_result_that_wants_gradients_is_a_result():
    subject = lambda x: 2 * x.float().requires_grad_()  # noqa: E731
    assert ask(subject).verdict is Verdict.PASS


def test_a_list_instead_of_a_tuple_is_a_result():
    assert ask(lambda x: [2 * x.float()]).verdict is Verdict.PASS
