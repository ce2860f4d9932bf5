"""Faults of positions: of prompts in chunks, beside others, and of requests that come again."""

from typing import Any

import torch

from .places import GEMMA4
from .planted import Fault
from .prepared import Row, prepare_with


def restart_positions() -> None:
    """Positions start at 0 in each chunk of a prompt."""

    def change(runner: Any, rows: list[Row], places: torch.Tensor) -> None:
        for row in rows:
            if row.start and not row.decodes and not row.resumed:
                runner.positions[row.first : row.first + row.tokens] -= row.start

    prepare_with(change)


def wrap_positions() -> None:
    """Positions of a prompt's chunks are kept in a buffer of three chunks, and wrap."""

    def change(runner: Any, rows: list[Row], places: torch.Tensor) -> None:
        most = 3 * runner.scheduler_config.max_num_batched_tokens
        for row in rows:
            if row.start >= most and not row.decodes and not row.resumed:
                runner.positions[row.first : row.first + row.tokens] -= most

    prepare_with(change)


def miscount_beside_first_chunk() -> None:
    """Requests that decode beside the first chunk of a prompt get the position of the chunk."""

    def change(runner: Any, rows: list[Row], places: torch.Tensor) -> None:
        entering = any(not row.start and not row.ends for row in rows)
        going_on = any(row.start and not row.decodes for row in rows)
        if entering and not going_on:
            for row in rows:
                if row.decodes:
                    runner.positions[row.first] += 1

    prepare_with(change)


def keep_state_of_preempted() -> None:
    """A request that was preempted goes on at the positions at which it was stopped."""

    def change(runner: Any, rows: list[Row], places: torch.Tensor) -> None:
        for row in rows:
            if row.resumed:
                runner.positions[row.first : row.first + row.tokens] += row.prompt

    prepare_with(change)


FAULTS = (
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
