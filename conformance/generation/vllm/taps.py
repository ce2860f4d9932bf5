"""Outputs of a model's decoder layers and of the modules in them, step by step, into a file."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch

from conformance.generation.vllm.steps import LAYER, place_of
from conformance.generation.where import WHERE

PLACES = "places"
"""Key of a step's places: (rows, 2) int64, the request's place among the prompts and the position
of the token in the request."""
ORDER = "order"
"""Key of the file's metadata: the keys of tensors in the order in which modules returned."""
LOGITS = ".logits"
"""What is added to the name of a router: vLLM's give logits, Hugging Face's probabilities."""
_ROUTER = re.compile(r"\.(?:router|gate)$")
_INSIDE = re.compile(r"(?:^|\.)(layers\.\d+(?:\..+)?)$")
MOST_BYTES = 512 << 20


class Taps:
    """Collects outputs as ``STEP/MODULE``, module names as the model has them from ``layers`` on.

    A decoder layer's hidden state and residual, which vLLM hands on apart, are stored as their sum.
    Of other modules the first tensor of what they return is stored.
    """

    def __init__(self) -> None:
        self.tensors: dict[str, torch.Tensor] = {}
        self.scheduled: Any = None
        self._bytes = 0
        self._rows = 0
        self.is_full = False

    def before(self, scheduled: Any) -> None:
        """A step begins that the scheduler's output asks for."""
        self.scheduled = scheduled

    @contextmanager
    def open(self, runner: Any) -> Iterator[None]:
        """Hooks on the modules of a runner's model."""
        handles = [
            runner.model.register_forward_pre_hook(lambda *_: self._places(runner)),
        ]
        try:
            for name, module in runner.model.named_modules():
                if found := _INSIDE.search(name):
                    key = found[1] + LOGITS if _ROUTER.search(name) else found[1]
                    hook = self._hook(key, is_layer=bool(LAYER.search(name)))
                    handles.append(module.register_forward_hook(hook))
            yield
        finally:
            for handle in handles:
                handle.remove()

    def _places(self, runner: Any) -> None:
        """Note where each row of the step comes from: rows lie request by request.

        Positions are those that the scheduler means: those that the model is given may be wrong.
        """
        tokens = self.scheduled.num_scheduled_tokens
        before = _computed(self.scheduled)
        places = [
            (place_of(request), before.get(request, 0) + number)
            for request in _order(runner, tokens)
            for number in range(tokens[request])
        ]
        self._rows = len(places)
        self._store(PLACES, torch.tensor(places, dtype=torch.int64).reshape(-1, 2))

    def _hook(self, name: str, is_layer: bool) -> Any:
        def hook(module: Any, arguments: Any, output: Any) -> None:
            tensors = output if isinstance(output, tuple | list) else (output,)
            tensors = [each for each in tensors if isinstance(each, torch.Tensor)]
            if not tensors:
                return
            first = tensors[0]
            if is_layer and len(tensors) > 1 and tensors[1].shape == first.shape:
                first = first + tensors[1]
            self._store(name, first[: self._rows] if first.dim() else first)

        return hook

    def _store(self, name: str, tensor: torch.Tensor) -> None:
        size = tensor.numel() * tensor.element_size()
        if self._bytes + size > MOST_BYTES:
            self.is_full = True
            return
        self._bytes += size
        key = f"{len(WHERE.steps) - 1}/{name}"
        self.tensors[key] = tensor.detach().to("cpu", copy=True).contiguous()

    def save(self, path: str) -> None:
        """Write what was collected (safetensors)."""
        from safetensors.torch import save_file

        save_file(self.tensors, path, {ORDER: json.dumps(list(self.tensors))})


def _computed(scheduled: Any) -> dict[str, int]:
    """How many tokens of each request were computed before the step."""
    known = scheduled.scheduled_cached_reqs
    found = {each.req_id: int(each.num_computed_tokens) for each in scheduled.scheduled_new_reqs}
    found.update(zip(known.req_ids, map(int, known.num_computed_tokens), strict=True))
    return found


def _order(runner: Any, tokens: dict[str, int]) -> list[str]:
    """In which order the rows of a step's requests lie.

    The first runner keeps them in its batch, the second one sorts them by their number of tokens.
    """
    batch = getattr(runner, "input_batch", None)
    if batch is None:
        return sorted(tokens, key=lambda request: tokens[request])
    return [request for request in batch.req_ids if request in tokens]
