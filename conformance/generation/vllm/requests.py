"""How an order's requests come to an engine, and what comes back."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import Any

from conformance.generation.setup import Generate
from conformance.generation.vllm.steps import REQUEST

ARRIVALS = ("together", "reversed", "alone", "later")
_numbers = count()


def outputs(engine: Any, order: Generate) -> list[Any]:
    """vLLM's last output for each prompt, in their order. ``engine`` is vLLM's LLMEngine.

    Raises ValueError for an unknown arrival, and what the engine raises; its requests are then
    given up.
    """
    from vllm import SamplingParams, TokensPrompt

    parameters = SamplingParams(
        temperature=0,
        max_tokens=order.new_tokens,
        logprobs=order.candidates,
        ignore_eos=True,
        detokenize=False,
    )
    number = next(_numbers)
    names = [REQUEST.format(index=n, order=number) for n in range(len(order.prompts))]
    found: dict[str, Any] = {}

    def add(places: Sequence[int]) -> None:
        for place in places:
            prompt = TokensPrompt(prompt_token_ids=list(order.prompts[place]))
            engine.add_request(names[place], prompt, parameters)

    def step() -> None:
        for output in engine.step():
            found[output.request_id] = output

    for places, tokens in waves(order.arrival, len(names)):
        add(places)
        while engine.has_unfinished_requests() and not _has(found, names, places, tokens):
            step()
    while engine.has_unfinished_requests():
        step()
    return [found[name] for name in names]


def waves(arrival: str, requests: int) -> Iterator[tuple[list[int], int | None]]:
    """Which requests come at the same time, and when the next ones do: once these have given so
    many tokens (None: all of them)."""
    every = list(range(requests))
    if arrival == "together":
        yield every, 0
    elif arrival == "reversed":
        yield every[::-1], 0
    elif arrival == "alone":
        for each in every:
            yield [each], None
    elif arrival == "later":
        yield every[:1], 1
        yield every[1:], 0
    else:
        raise ValueError(f"requests arrive {', '.join(ARRIVALS)}, not {arrival!r}")


def _has(
    found: Mapping[str, Any], names: Sequence[str], places: Sequence[int], tokens: int | None
) -> bool:
    outputs = [found.get(names[place]) for place in places]
    if tokens is None:
        return all(output is not None and output.finished for output in outputs)
    given = [len(output.outputs[0].token_ids) if output else 0 for output in outputs]
    return all(each >= tokens for each in given)


def answer(outputs: Sequence[Any], candidates: int) -> Mapping[str, Any]:
    """``tokens``, ``candidates``, ``log_probabilities`` and ``cached`` of an answer."""
    tokens, ids, values = [], [], []
    for output in outputs:
        first = output.outputs[0]
        tokens.append([int(token) for token in first.token_ids])
        likeliest = [_likeliest(slot, candidates) for slot in first.logprobs]
        ids.append([[token for token, _ in slot] for slot in likeliest])
        values.append([[value for _, value in slot] for slot in likeliest])
    cached = [int(output.num_cached_tokens or 0) for output in outputs]
    return {
        "tokens": tokens,
        "candidates": ids,
        "log_probabilities": values,
        "cached": cached,
    }


def _likeliest(slot: Mapping[int, Any], candidates: int) -> list[tuple[int, float]]:
    """The candidates of one token by rank; vLLM adds the chosen token if it is not among them."""
    ranked = sorted(slot.items(), key=lambda item: item[1].rank)[:candidates]
    return [(int(token), float(each.logprob)) for token, each in ranked]
