"""Faults of a model runner: what it prepares for a step is wrong for some batches."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch

from .places import GEMMA4
from .planted import Fault, put


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


def _rows(runner: Any, scheduled: Any) -> list[Row]:
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


def _prepare_with(change: Change) -> None:
    """Have ``change`` spoil what the runner has prepared for a step."""
    from vllm.v1.worker.gpu_model_runner import GPUModelRunner

    prepared = GPUModelRunner._prepare_inputs

    def _prepare_inputs(self: Any, scheduled: Any, *arguments: Any) -> Any:
        places, *rest = prepared(self, scheduled, *arguments)
        changed = change(self, _rows(self, scheduled), places)
        return (places if changed is None else changed, *rest)

    put(GPUModelRunner, "_prepare_inputs", _prepare_inputs)


def take_one_token_for_decode() -> None:
    """A step of one token is a decode step, which takes the token that was sampled last."""

    def change(runner: Any, rows: list[Row], places: torch.Tensor) -> None:
        if len(rows) == 1 and rows[0].tokens == 1 and not rows[0].start:
            runner.input_ids.gpu[0] = 0

    _prepare_with(change)


def keep_positions() -> None:
    """What was prepared for a first batch is kept for the next equal one, as a view of a buffer."""

    def change(runner: Any, rows: list[Row], places: torch.Tensor) -> None:
        count = sum(row.tokens for row in rows)
        if any(row.start for row in rows):
            runner.__dict__["conformance_last"] = runner.positions[:1].clone()
            return
        if not all(row.ends for row in rows):
            return
        key = tuple(runner.input_ids.cpu[:count].tolist())
        if runner.__dict__.get("conformance_key") == key:
            runner.positions[:1] = runner.__dict__.get("conformance_last", runner.positions[:1])
        runner.__dict__["conformance_key"] = key

    _prepare_with(change)


TILE = 32


def swap_rows_of_late_requests() -> None:
    """When requests join others that decode, and the step is larger than a tile, logits are sliced
    from the wrong end."""

    def change(runner: Any, rows: list[Row], places: torch.Tensor) -> torch.Tensor | None:
        new = any(not row.start and not row.resumed for row in rows)
        joined = new and any(row.decodes for row in rows)
        large = sum(row.tokens for row in rows) > TILE
        return places.flip(0) if joined and large else None

    _prepare_with(change)


def round_down_at_border() -> None:
    """The last token of a prompt that fills its blocks is not counted."""

    def change(runner: Any, rows: list[Row], places: torch.Tensor) -> torch.Tensor | None:
        block = runner.cache_config.block_size
        # With a prefix cache, full blocks are known by their hashes.
        if runner.cache_config.enable_prefix_caching:
            return None
        for row in rows:
            if not row.start and row.tokens == row.prompt and row.prompt % block == 0:
                places = places.clone()
                places[row.number] -= 1
        return places

    _prepare_with(change)


KNOWN_BY = 2
"""Tokens by which a request is known."""


def take_alike_for_equal() -> None:
    """Requests of one batch that begin with the same tokens are answered once."""

    def change(runner: Any, rows: list[Row], places: torch.Tensor) -> torch.Tensor:
        first: dict[tuple[int, ...], int] = {}
        places = places.clone()
        for row in rows:
            if not row.start and row.prompt > KNOWN_BY:
                tokens = runner.input_batch.token_ids_cpu[row.number, :KNOWN_BY]
                places[row.number] = places[first.setdefault(tuple(tokens), row.number)]
        return places

    _prepare_with(change)


def restart_positions() -> None:
    """Positions start at 0 in each chunk of a prompt."""

    def change(runner: Any, rows: list[Row], places: torch.Tensor) -> None:
        for row in rows:
            if row.start and not row.decodes and not row.resumed:
                runner.positions[row.first : row.first + row.tokens] -= row.start

    _prepare_with(change)


def wrap_positions() -> None:
    """Positions of a prompt's chunks are kept in a buffer of three chunks, and wrap."""

    def change(runner: Any, rows: list[Row], places: torch.Tensor) -> None:
        most = 3 * runner.scheduler_config.max_num_batched_tokens
        for row in rows:
            if row.start >= most and not row.decodes and not row.resumed:
                runner.positions[row.first : row.first + row.tokens] -= most

    _prepare_with(change)


def miscount_beside_first_chunk() -> None:
    """Requests that decode beside the first chunk of a prompt get the position of the chunk."""

    def change(runner: Any, rows: list[Row], places: torch.Tensor) -> None:
        entering = any(not row.start and not row.ends for row in rows)
        going_on = any(row.start and not row.decodes for row in rows)
        if entering and not going_on:
            for row in rows:
                if row.decodes:
                    runner.positions[row.first] += 1

    _prepare_with(change)


def keep_state_of_preempted() -> None:
    """A request that was preempted goes on at the positions at which it was stopped."""

    def change(runner: Any, rows: list[Row], places: torch.Tensor) -> None:
        for row in rows:
            if row.resumed:
                runner.positions[row.first : row.first + row.tokens] += row.prompt

    _prepare_with(change)


FAULTS = (
    Fault("one-token-decodes", "A prompt of one token alone is taken for a decode step.",
          ("tokens",), take_one_token_for_decode, GEMMA4, 1, starts="layers.0"),
    Fault("kept-positions", "Inputs are kept for an equal batch, in memory that has changed since.",
          ("second_call",), keep_positions, GEMMA4, 1, starts="layers.0.self_attn"),
    Fault("late-rows-swapped", "Logits are sliced from the wrong end when a request comes late.",
          ("arrivals",), swap_rows_of_late_requests, GEMMA4),
    Fault("border-rounded-down", "The last token is lost where a prompt fills its blocks.",
          ("lengths",), round_down_at_border, GEMMA4, 1),
    Fault("alike-is-equal", "Requests that begin alike are taken for each other.",
          ("prompts",), take_alike_for_equal, GEMMA4),
    Fault("positions-restart", "Positions restart in each chunk.",
          ("chunks", "mixed_steps", "prefix_cache"), restart_positions, GEMMA4, 1,
          starts="layers.0.self_attn"),
    Fault("positions-wrap", "Positions wrap after three chunks.", ("chunks",), wrap_positions,
          GEMMA4, 1, starts="layers.0.self_attn"),
    Fault("beside-first-chunk", "Who decodes beside a first chunk gets a wrong position.",
          ("mixed_steps",), miscount_beside_first_chunk, GEMMA4, starts="layers.0.self_attn"),
    Fault("preempted-goes-on", "A preempted request is computed again at its old positions.",
          ("preemption",), keep_state_of_preempted, GEMMA4, 6, starts="layers.0.self_attn",
          why="A request loses its blocks only to others: as many as do not fit into the cache."),
)  # fmt: skip
