"""The rules decide as torch does, or say why not."""

from conformance.schemas.diff.rule import rules
from tests.schemas.torch_agreement import Agreement, explains, explanations, measure

SEED = 20


def test_every_disagreement_is_explained_by_a_rule_and_every_explanation_is_needed():
    found: Agreement = measure(6000, SEED)
    assert found.unexplained == []
    assert found.pairs == 6000
    assert found.agreed > 10000
    assert 1000 < found.refused < 5000  # both answers are frequent
    needed = set(found.explained)
    for seed in range(SEED + 1, SEED + 20):
        if needed == explanations():
            break
        needed |= set(measure(2000, seed).explained)
    assert needed == explanations()


def test_a_disagreement_is_explained_only_in_the_direction_that_the_rule_names():
    renamed, removed = rules()["result-renamed"], rules()["argument-removed"]
    assert explains([renamed], "backward", allowed=False) == ["result-renamed"]
    assert explains([renamed], "forward", allowed=False) == []
    assert explains([removed], "backward", allowed=True) == []
    assert explains([removed], "forward", allowed=True) == ["argument-removed"]
    # Torch allows it, and a second change that it should not have allowed is not explained.
    assert explains([removed, rules()["argument-renamed"]], "forward", allowed=True) == []
