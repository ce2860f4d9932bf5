"""Which step a model runner is in, from what its scheduler asks it to execute; and which layer."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from conformance.generation.setup import Step
from conformance.generation.where import WHERE

REQUEST = "conformance-{index}-{order}"
"""The id of a request: its place in the order's prompts, and the order. vLLM adds a suffix."""
_REQUEST = re.compile(r"conformance-(\d+)-\d+")
LAYER = re.compile(r"(?:^|\.)layers\.(\d+)$")
"""How vLLM's models name a decoder layer."""


def place_of(request: str) -> int:
    """The place of a request of ours among the order's prompts; -1 for any other request."""
    found = _REQUEST.match(request)
    return int(found[1]) if found else -1


def step_of(scheduled: Any) -> Step | None:
    """The step that a scheduler's output asks for; None if it asks for no tokens.

    A request prefills as long as it has given no token, and again after it was preempted.
    """
    tokens = scheduled.num_scheduled_tokens
    if not tokens:
        return None
    known = scheduled.scheduled_cached_reqs
    decoding = {
        request
        for request, given in zip(known.req_ids, known.num_output_tokens, strict=True)
        if given and request not in known.resumed_req_ids
    }
    prefilling = set(tokens) - decoding
    phase = "decode" if not prefilling else "mixed" if decoding & set(tokens) else "prefill"
    return Step(phase, {place_of(request): int(count) for request, count in tokens.items()})


def follow_steps(runner: Any, before: Callable[[Any], None]) -> None:
    """Note each step that the runner executes. ``before`` is called with the scheduler's output.

    A step ends when its tokens are sampled, which newer releases do in a second call.
    """
    execute, sample = runner.execute_model, getattr(runner, "sample_tokens", None)

    @wraps(execute)
    def execute_model(scheduler_output: Any, *arguments: Any, **keywords: Any) -> Any:
        step = step_of(scheduler_output)
        if step is not None:
            WHERE.begin(step)
            before(scheduler_output)
        result = execute(scheduler_output, *arguments, **keywords)
        if result is not None or sample is None:
            WHERE.end()
        return result

    runner.execute_model = execute_model
    if sample is None:
        return

    @wraps(sample)
    def sample_tokens(*arguments: Any, **keywords: Any) -> Any:
        try:
            return sample(*arguments, **keywords)
        finally:
            WHERE.end()

    runner.sample_tokens = sample_tokens


def follow_layers(model: Any) -> None:
    """Note in which decoder layer the model is; only where it runs eagerly."""
    for name, module in model.named_modules():
        if found := LAYER.search(name):
            number = int(found[1])

            def enter(*_: Any, number: int = number) -> None:
                WHERE.layer = number

            def leave(*_: Any) -> None:
                WHERE.layer = None

            module.register_forward_pre_hook(enter)
            module.register_forward_hook(leave)


def layers_of(model: Any) -> int:
    """How many decoder layers a model has."""
    return sum(bool(LAYER.search(name)) for name, _ in model.named_modules())
