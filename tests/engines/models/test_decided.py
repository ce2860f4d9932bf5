"""The models decide clearly, and as they always did."""

import pytest
import torch

from conformance.generation.models.checkpoints import checkpoint
from conformance.generation.models.goldens import differences, golden
from conformance.generation.models.margins import Gap, drawn_prompts, measure, too_close
from conformance.generation.models.oracle import teacher_forced
from conformance.generation.models.recipe import recipe, recipe_names


@pytest.mark.parametrize("name", recipe_names())
def test_no_token_and_no_expert_is_nearly_tied(name):
    margins, oracle = recipe(name).margins, teacher_forced(checkpoint(name))
    prompts = drawn_prompts(margins.prompts, oracle.vocabulary, seed=0)
    measured = measure(oracle, prompts, margins.new_tokens)
    assert too_close(recipe(name), measured) == []
    assert measured.token.size == pytest.approx(margins.least_token, rel=0.05)
    if measured.router is not None:
        assert measured.router.size == pytest.approx(margins.least_router, rel=0.05)
    assert (measured.router is None) == (margins.router == 0)


def test_a_tie_of_tokens_and_one_of_experts_are_found_where_they_are():
    oracle = teacher_forced(checkpoint("gemma4"))
    head, router = oracle.model.lm_head.weight, oracle.model.model.layers[1].router.proj.weight
    kept = head.detach().clone(), router.detach().clone()
    prompt = [7, 8, 9]
    try:
        with torch.no_grad():
            (chosen,) = oracle.greedy(prompt, 1)
            head[(chosen + 1) % 512] = head[chosen]
            oracle._remembered.clear()
            router[:] = router[0]
        measured = measure(oracle, [prompt], 1)
    finally:
        with torch.no_grad():
            head.copy_(kept[0])
            router.copy_(kept[1])
        oracle._remembered.clear()
    assert measured.token == Gap(0.0, prompt=0, position=3)
    assert measured.router == Gap(0.0, prompt=0, position=0, router="layers.1.router")
    told = too_close(recipe("gemma4"), measured)
    assert told == [
        "gemma4: 0 between best two tokens at position 3 of prompt 0, wanted more than 0.001:"
        " choose another seed",
        "gemma4: 0 between experts of layers.1.router at position 0 of prompt 0, wanted more than"
        " 0.0001: choose another seed",
    ]


@pytest.mark.parametrize("name", recipe_names())
def test_the_oracle_says_what_it_said_when_the_golden_was_made(name):
    assert differences(golden(name), teacher_forced(checkpoint(name))) == []


def test_a_golden_that_differs_is_told_with_what_made_it():
    known = golden("qwen3")
    known["requests"][0]["tokens"][1] += 1
    known["requests"][2]["log_probabilities"][3][1] += 2e-4
    first, second = differences(known, teacher_forced(checkpoint("qwen3")))
    assert first.startswith("request 0: tokens [")
    assert "request 2: log probabilities are off by 0.0002 from torch " in second
