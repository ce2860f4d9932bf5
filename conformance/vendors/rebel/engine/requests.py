"""Requests of an order, through the engine's own loop."""

from __future__ import annotations

from itertools import count
from typing import Any

from conformance.generation.setup import Generate

_numbers = count()


def carry_out(engine: Any, order: Generate) -> list[Any]:
    """The finished outputs of ``order`` by ``engine`` (LLMEngine), in the order of its prompts.

    Raises what the engine raises, after the order's requests were dropped.
    """
    number, done = next(_numbers), dict[int, Any]()
    try:
        for wave in waves(order):
            for place in wave:
                _add(engine, f"{number}-{place}", order, place)
            _step(engine, done, until_a_token=order.arrival == "later" and wave == [0])
    except BaseException:
        engine.abort_request([f"{number}-{place}" for place in range(len(order.prompts))])
        raise
    return [done[place] for place in range(len(order.prompts))]


def waves(order: Generate) -> list[list[int]]:
    """Places of the prompts that arrive at the same time. Raises ValueError for other arrivals."""
    places = list(range(len(order.prompts)))
    match order.arrival:
        case "together":
            return [places]
        case "reversed":
            return [places[::-1]]
        case "alone":
            return [[place] for place in places]
        case "later":
            return [places[:1], places[1:]]
    raise ValueError(f"no such arrival: {order.arrival!r}")


def place_of(request: str) -> int:
    """The place among the order's prompts; the engine puts its own letters behind the name."""
    return int(request.split("-")[1])


def answer(outputs: list[Any], candidates: int) -> dict[str, Any]:
    """What `Generated` wants of the finished outputs."""
    tokens, best, logs = [], [], []
    for output in outputs:
        completion = output.outputs[0]
        ranked = [
            sorted(each.items(), key=lambda item: item[1].rank)[:candidates]
            for each in completion.logprobs
        ]
        tokens.append(tuple(int(token) for token in completion.token_ids))
        best.append(tuple(tuple(int(token) for token, _ in slot) for slot in ranked))
        logs.append(tuple(tuple(float(value.logprob) for _, value in slot) for slot in ranked))
    return {
        "tokens": tuple(tokens),
        "candidates": tuple(best),
        "log_probabilities": tuple(logs),
        "cached": tuple(int(output.num_cached_tokens or 0) for output in outputs),
    }


def _add(engine: Any, name: str, order: Generate, place: int) -> None:
    from vllm import SamplingParams, TokensPrompt

    settings = SamplingParams(
        temperature=0.0,
        max_tokens=order.new_tokens,
        logprobs=order.candidates,
        ignore_eos=True,
        detokenize=False,
    )
    engine.add_request(name, TokensPrompt(prompt_token_ids=list(order.prompts[place])), settings)


def _step(engine: Any, done: dict[int, Any], until_a_token: bool) -> None:
    while engine.has_unfinished_requests():
        outputs = engine.step()
        for output in outputs:
            if output.finished:
                done[place_of(output.request_id)] = output
        if outputs and until_a_token:
            return
