"""Cases that Hypothesis did not draw are made smaller one step at a time."""

import pytest

from conformance.asking import shrink
from conformance.asking.shrink import minimise

from .toy import CONTRACT, case

ODD = case(900).with_tensor("x", dtype="float16", values="nan", layout="sliced")


def test_everything_that_does_not_matter_becomes_plain():
    small = minimise(ODD, CONTRACT, lambda case: True, 10.0)
    assert str(small) == "double@toy@N=0,x=float32/normal/dense,seed=0"


def test_what_matters_stays():
    def fails(case):
        return case.axes["N"] >= 37 and case.tensors["x"].layout == "sliced"

    small = minimise(ODD, CONTRACT, fails, 10.0)
    assert str(small) == "double@toy@N=37,x=float32/normal/sliced,seed=0"


def test_a_case_that_cannot_be_smaller_comes_back_as_it_is():
    assert minimise(ODD, CONTRACT, lambda case: False, 10.0) == ODD


def test_sizes_that_the_contract_forbids_are_not_asked():
    from conformance_kernels.gemma4_routing.contract import CONTRACT as ROUTING

    from conformance.inputs.usual import usual_case

    asked = []
    minimise(
        usual_case(ROUTING, "values", T=3, E=64, K=8),
        ROUTING,
        lambda case: bool(asked.append(case)) or case.axes["K"] >= 5,
        10.0,
    )
    assert asked and all(ROUTING.allows(case.axes) for case in asked)


def generation(**words):
    """A case of a contract of generation with four requests, and the contract."""
    from conformance_kernels.generation.contract import QWEN3

    from conformance.inputs.usual import usual_case

    return usual_case(QWEN3.contract, "toy").with_options(**words), QWEN3.contract


def test_words_that_are_the_question_itself_stay():
    first, contract = generation(engine="chunked", arrival="later")
    small = minimise(first, contract, lambda case: True, 10.0, keep=("engine",))
    assert (small.options["engine"], small.options["arrival"]) == ("chunked", "together")
    assert minimise(first, contract, lambda case: True, 10.0).options["engine"] == "plain"


def test_fewer_requests_may_need_other_lengths():
    def fails(case):
        """Of two requests, both must be long."""
        return case.axes["R"] >= 4 or (
            case.axes["R"] == 2 and case.options["lengths_are"] == "full"
        )

    first, contract = generation()
    small = minimise(first, contract, fails, 10.0)
    assert (small.axes["R"], small.options["lengths_are"]) == (2, "full")


def test_no_time_means_no_attempts():
    assert minimise(ODD, CONTRACT, lambda case: True, -1.0) == ODD


@pytest.mark.parametrize("seconds", [1, 3])
def test_no_case_is_asked_when_the_time_is_over(monkeypatch, seconds):
    now, asked = [0.0], []

    def fails(case):
        now[0] += 1.0
        asked.append(case)
        return True

    monkeypatch.setattr(shrink, "monotonic", lambda: now[0])
    small = minimise(ODD, CONTRACT, fails, float(seconds))
    assert len(asked) == seconds and small == asked[-1]


def test_a_case_is_asked_once_however_often_it_is_a_neighbour():
    asked = []

    def fails(case):
        asked.append(str(case))
        return case.axes["N"] >= 37 and case.tensors["x"].layout == "sliced"

    minimise(ODD, CONTRACT, fails, 10.0)
    assert len(asked) > 10 and len(asked) == len(set(asked))
