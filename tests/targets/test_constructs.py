"""What Triton's compiler refuses is never conformant; what it takes is judged by its answers."""

import pytest

from tests.targets.asked import constructs, refusal, suite_takes


@pytest.mark.parametrize("n", [1, 3])
@pytest.mark.parametrize("kernel", list(constructs()), ids=lambda kernel: kernel.__name__)
def test_the_suite_agrees_with_the_compiler(kernel, n):
    assert suite_takes(kernel, n) is not bool(refusal(kernel, n))


def test_most_constructs_are_refused_and_many_are_taken():
    found = [bool(refusal(kernel, 3)) for kernel in constructs()]
    assert found.count(True) >= 47 and found.count(False) >= 25
