"""Recipes of models are data; their weights depend on nothing but seed and name."""

from dataclasses import replace

import pytest
import torch

from conformance.generation.models.goldens import outdated
from conformance.generation.models.recipe import read_recipe, recipe, recipe_names
from conformance.generation.models.weights import drawn

SMALL = """
about = "A model."
seed = 1
dtype = "float32"
config = { model_type = "qwen3" }
weights = [{ names = "*norm.weight", mean = 1.0, deviation = 0.1 }]
margins = { prompts = 1, new_tokens = 1, token = 1e-3, least_token = 2e-3 }
"""


def test_three_models_ship_with_the_suite():
    assert recipe_names() == ("gemma4", "mistral", "qwen3")
    for name in recipe_names():
        assert recipe(name).about.endswith(".")


def test_an_unknown_recipe_is_refused_with_the_known_and_the_nearest():
    with pytest.raises(ValueError, match=r"no recipe 'qwen'; known: gemma4, mistral, qwen3.*qwen3"):
        recipe("qwen")


def test_the_first_pattern_that_fits_says_how_a_parameter_is_drawn():
    gemma4 = recipe("gemma4")
    assert gemma4.drawn("model.layers.0.router.per_expert_scale").mean == 1.0
    assert gemma4.drawn("model.layers.0.self_attn.q_norm.weight").mean == 0.35
    assert gemma4.drawn("model.layers.0.mlp.up_proj.weight").mean == 0.0


def test_a_parameter_that_no_pattern_fits_is_told():
    with pytest.raises(ValueError, match=r"recipe mine does not say how lm_head.weight is drawn"):
        read_recipe("mine", SMALL).drawn("lm_head.weight")


@pytest.mark.parametrize("line", ["dtype", "weights", "margins"])
def test_a_recipe_without_one_of_its_parts_is_refused(line):
    text = "\n".join(each for each in SMALL.splitlines() if not each.startswith(line))
    with pytest.raises(ValueError, match="mine is no recipe of a model"):
        read_recipe("mine", text)


def test_an_unknown_setting_of_a_recipe_is_refused():
    with pytest.raises(ValueError, match="sead"):
        read_recipe("mine", SMALL + "sead = 2")


def test_the_hash_of_a_recipe_changes_with_its_weights_and_not_with_its_words():
    small = read_recipe("mine", SMALL)
    assert replace(small, about="Another text.").hash == small.hash
    assert replace(small, seed=2).hash != small.hash
    assert replace(small, config={"model_type": "llama"}).hash != small.hash
    assert replace(small, weights=(*small.weights, *small.weights)).hash != small.hash


@pytest.mark.parametrize("name", recipe_names())
def test_margins_that_were_measured_exceed_those_that_are_demanded(name):
    margins = recipe(name).margins
    assert margins.prompts >= 48
    assert margins.least_token > margins.token >= 1e-3
    assert margins.least_router >= margins.router
    assert (margins.router > 0) == ("num_experts" in recipe(name).config)


def test_weights_are_the_same_bits_everywhere():
    assert drawn(3, "lm_head.weight", (2, 2)).tolist() == [
        [1.2035765653361394, 0.46219031564774715],
        [-0.0684511046161748, 0.8435607556521496],
    ]


def test_weights_depend_on_seed_and_name():
    first = drawn(3, "a", (64,))
    assert torch.equal(first, drawn(3, "a", (64,)))
    assert not torch.equal(first, drawn(4, "a", (64,)))
    assert not torch.equal(first, drawn(3, "b", (64,)))


def test_weights_have_mean_zero_and_deviation_one():
    numbers = drawn(0, "many", (200, 500))
    assert abs(float(numbers.mean())) < 0.02
    assert abs(float(numbers.std()) - 1) < 0.02
    assert float(numbers.abs().max()) < 3.5


@pytest.mark.parametrize("name", recipe_names())
def test_every_golden_was_made_by_the_recipe_that_ships(name):
    assert outdated(name) == ""


def test_a_recipe_that_changes_without_its_golden_is_told(monkeypatch):
    changed = replace(recipe("qwen3"), seed=99)
    monkeypatch.setattr("conformance.generation.models.goldens.recipe", lambda name: changed)
    told = outdated("qwen3")
    assert "the golden of qwen3 was made by another recipe" in told
    assert "conformance.generation.models.goldens fixtures/models/goldens qwen3" in told


def test_a_recipe_without_a_golden_is_told():
    assert "the recipe new has no golden" in outdated("new")
