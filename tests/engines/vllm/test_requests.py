"""How requests come, what steps they make, and what caches give and hold."""

import math

import pytest

from .conftest import ALL_TRITON, LOCKSTEP, PROMPTS, STOCK

WITHIN = 1e-4
LONG = tuple(range(10, 80))


@pytest.mark.parametrize("arrival", ["together", "reversed", "alone", "later"])
def test_answers_come_in_the_order_of_prompts_however_requests_arrive(engine, arrival):
    asked = engine("qwen3")
    answer = asked.generate(arrival=arrival)
    assert asked.off(answer) < WITHIN
    first = {
        "together": {n: len(prompt) for n, prompt in enumerate(PROMPTS)},
        "reversed": {n: len(PROMPTS[n]) for n in (3, 2, 1, 0)},
        "alone": {0: len(PROMPTS[0])},
        "later": {0: len(PROMPTS[0])},
    }[arrival]
    assert list(answer.steps[0].tokens.items()) == list(first.items())


def test_what_arrives_later_meets_what_decodes(engine):
    steps = engine("qwen3").generate(arrival="later").steps
    assert [step.phase for step in steps[:3]] == ["prefill", "mixed", "decode"]
    assert steps[1].tokens[0] == 1
    assert steps[1].tokens[2] == len(PROMPTS[2])


def test_chunks_of_a_prompt_are_prefill_and_meet_what_decodes(engine):
    asked = engine("gemma4", LOCKSTEP, "vllm-triton", max_num_batched_tokens=32)
    answer = asked.generate()
    assert asked.off(answer) < WITHIN
    phases = [step.phase for step in answer.steps]
    assert phases.count("mixed") >= 2
    assert sum(step.tokens.get(2, 0) for step in answer.steps[:3]) >= len(PROMPTS[2])


def test_a_prefix_is_cached_within_an_order_and_forgotten_after_it(engine):
    asked = engine("qwen3", STOCK, enable_prefix_caching=True, block_size=32)
    prompts = (LONG, (*LONG, 5), (*LONG, *range(100, 130)))
    for _ in range(2):
        answer = asked.generate(prompts, arrival="alone")
        assert answer.cached == (0, 64, 64)
        assert asked.off(answer, prompts) < WITHIN


def test_large_numbers_in_memory_that_nobody_wrote_change_nothing(engine):
    asked = engine("qwen3")
    assert asked.off(asked.generate(caches="finite")) < WITHIN


def test_nan_there_reaches_the_stock_attention_and_not_vllms_triton_kernel(engine):
    stock = engine("qwen3").generate(caches="nan", new_tokens=2)
    assert any(math.isnan(x) for row in stock.log_probabilities for slot in row for x in slot)
    asked = engine("qwen3")
    assert asked.off(asked.generate(new_tokens=2)) < WITHIN, "the next order does not find it"
    triton = engine("qwen3", ALL_TRITON)
    assert triton.off(triton.generate(caches="nan", new_tokens=2)) < WITHIN


def test_fewer_candidates_are_the_likeliest_ones(engine):
    many, one = (engine("qwen3").generate(candidates=n) for n in (5, 1))
    assert one.candidates == tuple(tuple(slot[:1] for slot in row) for row in many.candidates)
    assert one.candidates == tuple(tuple((t,) for t in row) for row in many.tokens)
