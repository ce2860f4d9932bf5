"""The oracle says what Hugging Face's model says, of the tokens that it is given."""

import time

import pytest
import torch

from conformance.generation.models.checkpoints import checkpoint
from conformance.generation.models.oracle import TeacherForced, teacher_forced
from conformance.generation.models.recipe import recipe_names

PROMPTS = ([5, 6, 7], list(range(10, 50)))


@pytest.fixture(params=recipe_names())
def oracle(request):
    return teacher_forced(checkpoint(request.param))


def greedy(oracle: TeacherForced, new_tokens: int = 6) -> torch.Tensor:
    return torch.tensor([oracle.greedy(prompt, new_tokens) for prompt in PROMPTS])


def test_log_probabilities_are_those_of_one_plain_call_for_each_token(oracle):
    tokens = greedy(oracle)
    got = oracle.log_probabilities(PROMPTS, tokens)
    assert got.dtype == torch.float64
    for request, prompt in enumerate(PROMPTS):
        for place in range(tokens.shape[1]):
            fed = torch.tensor([[*prompt, *tokens[request, :place].tolist()]])
            with torch.inference_mode():
                logits = oracle.model(fed).logits[0, -1].double()
            assert (got[request, place] - torch.log_softmax(logits, -1)).abs().max() < 5e-5


def test_greedy_tokens_are_the_most_likely_ones(oracle):
    tokens = greedy(oracle)
    assert torch.equal(oracle.log_probabilities(PROMPTS, tokens).argmax(-1), tokens)


def test_greedy_tokens_are_those_of_transformers_own_generation(oracle):
    (own,) = oracle.model.generate(
        torch.tensor([PROMPTS[1]]), max_new_tokens=6, min_new_tokens=6, do_sample=False
    )
    assert oracle.greedy(PROMPTS[1], 6) == own[len(PROMPTS[1]) :].tolist()


def test_tokens_that_a_subject_chose_wrongly_are_followed(oracle):
    tokens = greedy(oracle)
    wrong = tokens.clone()
    wrong[0, 2] = (wrong[0, 2] + 1) % 512
    right, other = (oracle.log_probabilities(PROMPTS, each) for each in (tokens, wrong))
    assert (right[0, :3] - other[0, :3]).abs().max() < 5e-5
    assert (right[0, 3:] - other[0, 3:]).abs().amax(-1).min() > 0.1
    assert torch.equal(right[1], other[1])


def test_equal_requests_are_answered_from_memory(oracle, monkeypatch):
    tokens = greedy(oracle)
    first = oracle.log_probabilities(PROMPTS, tokens)
    monkeypatch.setattr(oracle.model, "forward", lambda *_, **__: pytest.fail("it ran again"))
    assert torch.equal(oracle.log_probabilities(PROMPTS, tokens), first)
    turned = oracle.log_probabilities(PROMPTS[::-1], tokens.flip(0))
    assert torch.equal(turned, first.flip(0))


def test_what_is_remembered_has_a_limit(monkeypatch):
    oracle = TeacherForced(checkpoint("qwen3"))
    one = 4 * 512 * 8
    monkeypatch.setattr("conformance.generation.models.oracle.REMEMBERED", 3 * one)
    for token in range(10):
        oracle.log_probabilities([[token]], torch.tensor([[1, 2, 3, 4]]))
    assert sum(each.nbytes for each in oracle._remembered.values()) == 3 * one


def test_a_model_is_loaded_once():
    path = checkpoint("qwen3")
    assert teacher_forced(path) is teacher_forced(path)


@pytest.mark.parametrize("token", [-1, 512])
def test_a_token_that_is_none_of_the_models_is_told_with_its_place(oracle, token):
    with pytest.raises(ValueError, match=f"tokens of request 1: {token} at 2 is none of the"):
        oracle.log_probabilities(PROMPTS, torch.tensor([[1, 2, 3], [1, 2, token]]))
    with pytest.raises(ValueError, match=f"prompt of request 0: {token} at 0 is none of the"):
        oracle.log_probabilities([[token]], torch.tensor([[1]]))


def test_an_empty_prompt_is_refused(oracle):
    with pytest.raises(ValueError, match="prompt of request 0: there is no token"):
        oracle.log_probabilities([[]], torch.tensor([[1]]))


def test_layers_are_named_as_in_the_model_and_have_a_row_for_each_position(oracle):
    tokens = oracle.greedy(PROMPTS[0], 4)
    layers = oracle.layers(PROMPTS[0], tokens)
    names = dict(oracle.model.model.named_modules())
    attention = {name for name in layers if name.endswith(".self_attn.attention")}
    assert set(layers) - attention <= set(names)
    assert len(attention) == oracle.model.config.num_hidden_layers
    for number in range(oracle.model.config.num_hidden_layers):
        for part in ("", ".self_attn", ".mlp", ".input_layernorm"):
            assert layers[f"layers.{number}{part}"].shape == (3 + 3, 128)


def test_what_attention_gives_is_what_its_projection_takes(oracle):
    tokens = oracle.greedy(PROMPTS[0], 4)
    layers = oracle.layers(PROMPTS[0], tokens)
    with torch.inference_mode():
        given = oracle.model.model.layers[0].self_attn.o_proj(
            layers["layers.0.self_attn.attention"]
        )
    assert torch.allclose(given, layers["layers.0.self_attn"], atol=1e-6)


def test_the_last_layer_gives_what_the_logits_are_made_of(oracle):
    tokens = oracle.greedy(PROMPTS[0], 4)
    last = oracle.layers(PROMPTS[0], tokens)[f"layers.{oracle.model.config.num_hidden_layers - 1}"]
    with torch.inference_mode():
        logits = oracle.model.lm_head(oracle.model.model.norm(last[2:])).double()
    cap = getattr(oracle.model.config, "final_logit_softcapping", None)
    logits = cap * torch.tanh(logits / cap) if cap else logits
    got = oracle.log_probabilities([PROMPTS[0]], torch.tensor([tokens]))[0]
    assert (torch.log_softmax(logits, -1) - got).abs().max() < 5e-5


def test_routers_tell_which_experts_they_chose_best_first():
    oracle = teacher_forced(checkpoint("gemma4"))
    tokens = oracle.greedy(PROMPTS[1], 4)
    routers = oracle.routers(PROMPTS[1], tokens)
    assert list(routers) == [f"layers.{number}.router" for number in range(3)]
    for probabilities, experts in routers.values():
        assert probabilities.shape == (43, 8)
        assert torch.equal(probabilities.topk(2).indices, experts)
    assert {"layers.0.experts", "layers.2.router"} < set(oracle.layers(PROMPTS[1], tokens))


def test_a_model_without_experts_has_no_routers():
    oracle = teacher_forced(checkpoint("qwen3"))
    assert oracle.routers(PROMPTS[0], [1, 2]) == {}


def test_what_is_noted_leaves_no_hooks(oracle):
    oracle.layers(PROMPTS[0], [1, 2])
    assert not any(module._forward_hooks for module in oracle.model.modules())


def test_threads_are_given_back(oracle):
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        oracle.log_probabilities([[9, 8]], torch.tensor([[3]]))
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


def test_four_requests_of_sixteen_tokens_take_a_third_of_a_second_at_most(oracle):
    prompts = [[3 + number] * 20 for number in range(4)]
    tokens = torch.tensor([[number + place for place in range(16)] for number in range(4)])
    start = time.process_time()
    oracle.log_probabilities(prompts, tokens)
    assert time.process_time() - start < 0.33
