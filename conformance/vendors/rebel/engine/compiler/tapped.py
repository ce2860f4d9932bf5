"""What attention operators of a graph give, step by step, into a file.

The compiler runs a model as one graph, so that no module can be tapped. The emulated one knows of
each operator in which layer it is called. The file is like that of
:mod:`conformance.generation.vllm.taps`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch

from conformance.generation.vllm.steps import place_of
from conformance.generation.vllm.taps import MOST_BYTES, ORDER, PLACES
from conformance.generation.where import WHERE

_NAMESPACES = ("rbln_triton_ops.", "rbln_custom_ops.")


class OperatorTaps:
    """Collects outputs as ``STEP/layers.N.self_attn.attention``, (rows, heads * size).

    ``runner`` is the plugin's model runner, in whose batch requests have their order.
    """

    def __init__(self, runner: Any) -> None:
        self.tensors: dict[str, torch.Tensor] = {}
        self.is_full = False
        self._runner = runner
        self._scheduled: Any = None
        self._bytes = 0

    def before(self, scheduled: Any) -> None:
        """A step begins that the scheduler's output asks for."""
        self._scheduled = scheduled

    def given(self, target: Any, output: Any) -> None:
        """An operator has given ``output``; that of attention is (B, HK, G, L, D), where rows
        behind a request's tokens are padding, and so are the last ones of B."""
        name = str(target)
        if WHERE.layer is None or self._scheduled is None or not _is_attention(name):
            return
        if not isinstance(output, torch.Tensor) or output.dim() != 5:
            return
        batch, heads, group, length, size = output.shape
        rows = output.permute(0, 3, 1, 2, 4).reshape(batch, length, heads * group * size)
        places, kept = [], []
        for row, (request, first, count) in enumerate(self._requests()[:batch]):
            places += [(place_of(request), first + n) for n in range(min(count, length))]
            kept.append(rows[row, :count])
        if kept:
            self._store(PLACES, torch.tensor(places))
            self._store(f"layers.{WHERE.layer}.self_attn.attention", torch.cat(kept))

    def _requests(self) -> list[tuple[str, int, int]]:
        """Requests of the step in the order of the batch: the position of the first token, and how
        many tokens."""
        tokens, known = self._scheduled.num_scheduled_tokens, self._scheduled.scheduled_cached_reqs
        first = dict(zip(known.req_ids, known.num_computed_tokens, strict=True))
        first |= {new.req_id: new.num_computed_tokens for new in self._scheduled.scheduled_new_reqs}
        order = [request for request in self._runner.input_batch.req_ids if request in tokens]
        return [(request, first[request], tokens[request]) for request in order]

    def _store(self, name: str, tensor: torch.Tensor) -> None:
        self._bytes += tensor.numel() * tensor.element_size()
        if self._bytes > MOST_BYTES:
            self.is_full = True
            return
        self.tensors[f"{len(WHERE.steps) - 1}/{name}"] = tensor.detach().clone().contiguous()

    def save(self, path: str) -> None:
        """Write what was collected (safetensors)."""
        from safetensors.torch import save_file

        save_file(self.tensors, path, {ORDER: json.dumps(list(self.tensors))})


def _is_attention(name: str) -> bool:
    return name.startswith(_NAMESPACES) and "attention" in name


_open: list[OperatorTaps] = []


@contextmanager
def tapped(taps: OperatorTaps, path: str) -> Iterator[None]:
    """Collect outputs as long as this lasts, then write them to ``path``."""
    _open.append(taps)
    try:
        yield
    finally:
        _open.remove(taps)
    taps.save(path)


def open_taps() -> OperatorTaps | None:
    """The taps that are open in this process."""
    return _open[-1] if _open else None
