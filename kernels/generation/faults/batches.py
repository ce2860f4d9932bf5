"""Faults of a model runner: what it prepares for a step is wrong for some batches."""

from typing import Any

import torch

from .places import GEMMA4
from .planted import Fault
from .prepared import Row, follow_queue, prepare_with


def take_one_token_for_decode() -> None:
    """A step of one token is a decode step, which takes the token that was sampled last."""

    def change(runner: Any, rows: list[Row], places: torch.Tensor) -> None:
        if len(rows) == 1 and rows[0].tokens == 1 and not rows[0].start:
            runner.input_ids.gpu[0] = 0

    prepare_with(change)


WITHIN = 96
"""Tokens of a step in which a whole batch is replaced."""


def replace_batch_backwards() -> None:
    """A batch that follows another as a whole, out of the queue, is answered from the last row."""
    backwards = [False]

    def after(scheduler: Any, found: Any, queued: set[str]) -> None:
        new = {each.req_id for each in found.scheduled_new_reqs}
        whole = len(new) == scheduler.max_num_running_reqs and new <= queued
        backwards[0] = whole and found.total_num_scheduled_tokens <= WITHIN

    def change(runner: Any, rows: list[Row], places: torch.Tensor) -> torch.Tensor | None:
        return places.flip(0) if backwards[0] else None

    follow_queue(after)
    prepare_with(change)


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

    prepare_with(change)


TILE = 32


def swap_rows_of_late_requests() -> None:
    """When requests come while others decode, and the step is larger than a tile, logits are
    sliced from the wrong end. Those that had to wait are sorted in beforehand."""
    late = [False]

    def after(scheduler: Any, found: Any, queued: set[str]) -> None:
        new = {each.req_id for each in found.scheduled_new_reqs}
        late[0] = bool(new) and not new & queued and found.total_num_scheduled_tokens > TILE

    def change(runner: Any, rows: list[Row], places: torch.Tensor) -> torch.Tensor | None:
        return places.flip(0) if late[0] and any(row.decodes for row in rows) else None

    follow_queue(after)
    prepare_with(change)


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

    prepare_with(change)


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

    prepare_with(change)


FAULTS = (
    Fault("one-token-decodes", "A prompt of one token alone is taken for a decode step.",
          ("tokens", "second_call", "arrivals", "lengths", "prompts", "chunks", "cache_contents"),
          take_one_token_for_decode, GEMMA4, 1, starts="layers.0"),
    Fault("batch-replaced", "A batch that comes from the queue as a whole is answered backwards.",
          ("tokens",), replace_batch_backwards, GEMMA4, 8,
          why="A batch is replaced as a whole where twice as many requests come as it has rows."),
    Fault("kept-positions", "Inputs are kept for an equal batch, in memory that has changed since.",
          ("second_call",), keep_positions, GEMMA4, 1, starts="layers.0.self_attn"),
    Fault("late-rows-swapped", "Logits are sliced from the wrong end when a request comes late.",
          ("arrivals",), swap_rows_of_late_requests, GEMMA4),
    Fault("border-rounded-down", "The last token is lost where a prompt fills its blocks.",
          ("lengths",), round_down_at_border, GEMMA4, 1),
    Fault("alike-is-equal", "Requests that begin alike are taken for each other.",
          ("prompts",), take_alike_for_equal, GEMMA4),
)  # fmt: skip
