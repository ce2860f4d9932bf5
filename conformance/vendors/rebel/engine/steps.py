"""Steps of the plugin's runner, told to `WHERE`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from conformance.generation.setup import Step
from conformance.generation.where import WHERE
from conformance.vendors.rebel.engine.requests import place_of


class StepWatch:
    """Wraps ``execute_model`` of a runner; ``prompts`` are lengths by place, set for each order."""

    def __init__(self, runner: Any) -> None:
        self.prompts: Sequence[int] = ()
        inner = runner.execute_model

        def execute_model(scheduled: Any, *arguments: Any, **named: Any) -> Any:
            if not scheduled.num_scheduled_tokens or not self.prompts:
                return inner(scheduled, *arguments, **named)
            WHERE.begin(step_of(scheduled, self.prompts))
            try:
                return inner(scheduled, *arguments, **named)
            finally:
                WHERE.end()

        runner.execute_model = execute_model


def step_of(scheduled: Any, prompts: Sequence[int]) -> Step:
    """The step that vLLM's ``SchedulerOutput`` asks for.

    A request is in prefill as long as tokens of its prompt are not computed.
    """
    computed = {each.req_id: each.num_computed_tokens for each in scheduled.scheduled_new_reqs}
    known = scheduled.scheduled_cached_reqs
    computed |= dict(zip(known.req_ids, known.num_computed_tokens, strict=True))
    tokens, phases = {}, set()
    for request, number in scheduled.num_scheduled_tokens.items():
        place = place_of(request)
        tokens[place] = int(number)
        phases.add("prefill" if computed[request] < prompts[place] else "decode")
    return Step("mixed" if len(phases) > 1 else phases.pop(), tokens)
