"""What a model runner prepares for a step, and how to spoil it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch

from .planted import put


@dataclass(frozen=True)
class Row:
    """A request in a step: its row in the batch, its tokens before the step and in it, those of its
    prompt, the place of its first token in the step, and whether it was preempted before."""

    number: int
    name: str
    start: int
    tokens: int
    prompt: int
    first: int
    resumed: bool

    @property
    def decodes(self) -> bool:
        return self.start >= self.prompt

    @property
    def ends(self) -> bool:
        """Whether its prompt is complete after the step."""
        return self.start + self.tokens >= self.prompt


def rows_of(runner: Any, scheduled: Any) -> list[Row]:
    batch, found, first = runner.input_batch, [], 0
    resumed = scheduled.scheduled_cached_reqs.resumed_req_ids
    for number, name in enumerate(batch.req_ids):
        tokens = scheduled.num_scheduled_tokens[name]
        start = int(batch.num_computed_tokens_cpu[number])
        prompt = int(batch.num_prompt_tokens[number])
        found.append(Row(number, name, start, tokens, prompt, first, name in resumed))
        first += tokens
    return found


Change = Callable[[Any, list[Row], torch.Tensor], torch.Tensor | None]
"""From a runner, its rows and the places whose logits are wanted (R,) to other places."""


def prepare_with(change: Change) -> None:
    """Have ``change`` spoil what the runner has prepared for a step."""
    from vllm.v1.worker.gpu_model_runner import GPUModelRunner

    prepared = GPUModelRunner._prepare_inputs

    def _prepare_inputs(self: Any, scheduled: Any, *arguments: Any) -> Any:
        places, *rest = prepared(self, scheduled, *arguments)
        changed = change(self, rows_of(self, scheduled), places)
        return (places if changed is None else changed, *rest)

    put(GPUModelRunner, "_prepare_inputs", _prepare_inputs)


def follow_queue(after: Callable[[Any, Any, set[str]], None]) -> None:
    """Have ``after(scheduler, its output, requests that had waited)`` hear of each step."""
    from vllm.v1.core.sched.scheduler import Scheduler

    schedule, queued = Scheduler.schedule, set[str]()

    def scheduled(self: Any, *arguments: Any, **words: Any) -> Any:
        found = schedule(self, *arguments, **words)
        after(self, found, queued)
        queued.clear()
        queued.update(each.request_id for each in self.waiting)
        return found

    put(Scheduler, "schedule", scheduled)
