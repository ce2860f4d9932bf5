"""States may change, inputs may not, and outputs may lie in neither."""

from ..stateful import wrong
from ..stateful.toy import append, bench, case
from .asked import asked, failure


def test_a_state_that_changes_is_no_input_that_changed():
    ground = bench()
    built = ground.build(case("purity"))
    before = built.buffers["pool"].snapshot()
    ground.call(case("purity"), built)
    assert not bool((built.buffers["pool"].storage == before).all())
    assert asked("purity").failures == ()


def test_new_state_that_changes_is_an_input_that_changed():
    _, finding = failure("purity", wrong.scaling_in_place)
    assert finding.about == "new" and "elements of the input changed" in finding.message


def test_an_output_in_the_memory_of_a_state_is_found():
    _, finding = failure("purity", wrong.answering_from_the_pool)
    assert (finding.about, finding.message) == (
        "total", "shares memory with the input pool",
    )  # fmt: skip


def test_indices_that_change_are_found():
    def counting_up(query, new, pool, held, *rest):
        total = append(query, new, pool, held, *rest)
        held.add_(1)
        return total

    _, finding = failure("purity", counting_up)
    assert finding.about == "held"
