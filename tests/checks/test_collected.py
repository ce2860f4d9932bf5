"""A check says all that a case shows: the first thing that is wrong hides no other."""

import pytest
import torch

from conformance.checks import find_check
from conformance.contract import Axis, Budget, Contract, Output, Role, TensorArgument
from conformance.events.finding import Kind, distinct
from conformance.execution.bench import Bench
from conformance.execution.cpu import LockstepCPU
from conformance.inputs.usual import usual_case

EXACT = Budget(0, 0, source="exact")
PAIR = Contract(
    name="pair",
    summary="twice and thrice what it is given; the state counts up",
    axes=(Axis("N", "numbers", usual=4),),
    arguments=(
        TensorArgument("x", ("N",), ("float32",), "numbers"),
        TensorArgument("n", ("N",), ("float32",), "what is counted", Role.STATE, values="zero"),
    ),
    outputs=(
        Output("y", ("N",), "float32", "2x", budget=EXACT),
        Output("z", ("N",), "float32", "3x", budget=Budget(1e-6, 0, source="one product")),
    ),
    reference=lambda x, n: (2 * x, 3 * x, n + 1),
)


def right(x, n):
    n += 1
    return 2 * x, 3 * x


def shown(check, function):
    """What the usual case of a check shows: about what, and of which kind."""
    bench = Bench(PAIR, function, LockstepCPU())
    found = find_check(check).decide(bench, usual_case(PAIR, check))
    if check == "purity":  # it looks at two calls
        found = distinct(found)
    assert len({finding.identity for finding in found}) == len(found)
    return [(finding.about, finding.kind) for finding in found]


@pytest.mark.parametrize("check", ["dtypes", "poison", "reuse", "repetition", "sequence"])
def test_every_output_and_state_that_is_wrong_is_told_once(check):
    def wrong(x, n):
        n += 2
        return x.clone(), x.clone()

    assert shown(check, right) == []
    assert shown(check, wrong) == [("y", Kind.VALUE), ("z", Kind.VALUE), ("n", Kind.STATE)]


@pytest.mark.parametrize(
    ("form", "kind"),
    [
        (lambda y: y.double(), Kind.DTYPE),
        (lambda y: y[:1].repeat(5), Kind.SHAPE),
        (lambda y: y.tolist(), Kind.STRUCTURE),
        (lambda y: y.to_sparse(), Kind.STRUCTURE),
        (lambda y: y.to("meta"), Kind.DEVICE),
    ],
)
@pytest.mark.parametrize("check", ["dtypes", "poison", "reuse", "repetition", "sequence"])
def test_an_output_of_a_wrong_form_hides_no_wrong_numbers_of_another(check, form, kind):
    def wrong(x, n):
        n += 2
        return form(2 * x), x.clone()

    assert shown(check, wrong) == [("y", kind), ("z", Kind.VALUE), ("n", Kind.STATE)]


@pytest.mark.parametrize("result", [None, (), torch.zeros(4)])
def test_a_result_of_a_wrong_form_hides_no_wrong_state(result):
    def wrong(x, n):
        n += 2
        return result

    assert shown("dtypes", wrong) == [("result", Kind.STRUCTURE), ("n", Kind.STATE)]


class Later:
    """Right at first; in the third call one output is wrong, in the fifth the other one as well."""

    def __init__(self):
        self.calls = 0

    def __call__(self, x, n):
        self.calls += 1
        y, z = right(x, n)
        return y + (self.calls == 3), z + (self.calls >= 5)


def test_a_later_call_that_is_wrong_in_another_way_is_told_too():
    assert shown("repetition", Later()) == [("y", Kind.VALUE), ("z", Kind.VALUE)]


class Caching:
    """One output is always wrong; the other is that of the first call, in its own memory."""

    def __init__(self):
        self.first = None

    def __call__(self, x, n):
        y, z = right(x, n)
        self.first = z if self.first is None else self.first
        return y + 1, self.first


def test_what_is_always_wrong_hides_nothing_that_a_second_call_shows():
    assert shown("reuse", Caching()) == [("y", Kind.VALUE), ("z", Kind.VALUE)]
    assert ("z", Kind.SHARED) in shown("purity", Caching())


class Overwriting:
    """One output is always wrong; the other is changed by the next call."""

    kept = None

    def __call__(self, x, n):
        y, z = right(x, n)
        if self.kept is None:
            self.kept = torch.empty_like(z)
        self.kept.copy_(z)
        return y + 1, self.kept


def test_what_is_always_wrong_hides_no_earlier_result_that_changes():
    assert shown("reuse", Overwriting()) == [("y", Kind.VALUE), ("z", Kind.CHANGED)]


def unwritten(x, n):
    """One output is left to what memory held where that was NaN, the other where it was finite."""
    n += 1
    y, z = torch.empty_like(x), torch.empty_like(x)
    return torch.where(y.isnan(), 2 * x, y), torch.where(z.isnan(), z, 3 * x)


def test_each_of_the_two_poisons_is_asked_about():
    assert shown("poison", unwritten) == [("z", Kind.VALUE), ("y", Kind.VALUE)]


def aliasing(x, n):
    n += 1
    both = 2 * x
    return both, both


def test_each_thing_that_memory_is_shared_with_is_a_finding_of_its_own():
    def wrong(x, n):
        return x, x

    bench = Bench(PAIR, wrong, LockstepCPU())
    found = distinct(find_check("purity").decide(bench, usual_case(PAIR, "purity")))
    assert [(f.about, f.cause) for f in found] == [
        ("y", "the input x"), ("y", "the output z"), ("z", "the input x"),
    ]  # fmt: skip
    assert shown("purity", aliasing) == [("y", Kind.SHARED)]


def test_exceptions_are_told_apart_by_type_and_place():
    def refuses(x, n):
        raise ValueError("no")

    def breaks(x, n):
        raise KeyError("no")

    found = {}
    for function in (refuses, breaks):
        bench = Bench(PAIR, function, LockstepCPU())
        (finding,) = find_check("dtypes").decide(bench, usual_case(PAIR, "dtypes"))
        assert finding.line == finding.where and "test_collected.py:" in finding.line
        found[finding.identity] = finding
    assert [finding.cause for finding in found.values()] == ["ValueError", "KeyError"]


def test_each_wrong_call_that_is_accepted_is_a_finding_of_its_own():
    from conformance_kernels.gemma4_routing.contract import CONTRACT

    def accepts(gating, topk, scale):
        return torch.zeros(1), torch.zeros(1)

    bench = Bench(CONTRACT, accepts, LockstepCPU())
    check = find_check("arguments")
    cases = {case.options["call"]: case for case in check.fixed(CONTRACT)}
    for call in ("topk=0", "topk=-1", "per_expert_scale-E-1"):
        (finding,) = check.decide(bench, cases[call])
        assert (finding.kind, finding.cause) == (Kind.ACCEPTED, call)
        assert call.startswith(finding.about)
