"""An operator is called again and again on the state that it left behind itself."""

from conformance.case import Case
from conformance.checks import find_check
from conformance.checks.numeric.sequence import CALLS

from ..stateful import wrong
from ..stateful.toy import append, bench, case
from .asked import failure

CASE = case("sequence", L=1, S=16).with_tensor("held", values="0")


def decided(function, asked=CASE):
    return find_check("sequence").decide(bench(function), asked)


def recorded(asked=CASE):
    """The pool objects, and how much was held, of each call."""
    calls = []

    def recording(query, new, pool, held, *rest):
        calls.append((pool, held.tolist(), new.clone()))
        return append(query, new, pool, held, *rest)

    assert decided(recording, asked) == []
    return calls


def test_every_call_has_the_same_state_and_new_rows_behind_those_it_holds():
    calls = recorded()
    assert [held for _, held, _ in calls] == [[number] * 3 for number in range(CALLS)]
    assert all(pool is calls[0][0] for pool, _, _ in calls)
    assert len({tuple(new.flatten().tolist()) for _, _, new in calls}) == CALLS


def test_the_calls_end_where_sequences_are_full():
    assert len(recorded(case("sequence", L=3, S=8).with_tensor("held", values="0"))) == 2
    assert len(recorded(CASE.with_tensor("held", values="full"))) == 1


def test_a_failure_says_in_which_call():
    found, finding = failure("sequence", wrong.Counting())
    assert finding.message.endswith(", in call 2 on the same state")
    assert "step" not in Case.parse(found).options


def test_an_operator_that_forgets_its_rows_is_wrong_in_the_first_call():
    (finding,) = decided(wrong.forgetful)
    assert finding.about == "pool" and finding.message.endswith("in call 1 on the same state")
