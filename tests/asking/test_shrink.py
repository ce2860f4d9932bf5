"""Cases that Hypothesis did not draw are made smaller one step at a time."""

from time import monotonic

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


def test_no_time_means_no_attempts():
    assert minimise(ODD, CONTRACT, lambda case: True, -1.0) == ODD


def test_the_time_limit_ends_an_endless_chain():
    begin = monotonic()
    minimise(ODD, CONTRACT, lambda case: case.axes["N"] > 3 and monotonic() > 0, 0.2)
    assert monotonic() - begin < 2
