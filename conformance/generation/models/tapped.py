"""What the decoder layers of a model of Hugging Face's give, by name."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch

_PART = re.compile(r"(?:^|\.)(layers\.\d+(?:\.\w+)?)$")
"""A decoder layer or a direct part of one, wherever the list of layers hangs in the model."""
_ROUTER = re.compile(r"(?:^|\.)(layers\.\d+\.(?:\w+\.)*(?:router|gate))$")
_PROJECTED = re.compile(r"(?:^|\.)(layers\.\d+\.(?:\w+\.)*)o_proj$")
"""What follows attention itself, in a layer of decoders."""
ATTENTION = "attention"
"""Added to the name of the module that holds it: what attention gives, before its projection."""


@dataclass
class Taps:
    """``first``: first results by name, (positions, H), as they came. ``routers``: probabilities
    (positions, E) and chosen experts (positions, K)."""

    first: dict[str, torch.Tensor] = field(default_factory=dict)
    routers: dict[str, tuple[torch.Tensor, torch.Tensor]] = field(default_factory=dict)


def decoder_parts(model: Any) -> dict[str, Any]:
    """Decoder layers, their direct parts and their routers, by name from ``layers`` on.

    The module that follows attention itself is called as what it is given.
    """
    found = {}
    for name, module in model.named_modules():
        match = _PART.search(name) or _ROUTER.search(name)
        if match:
            found[match[1]] = module
        elif match := _PROJECTED.search(name):
            found[f"{match[1]}{ATTENTION}"] = module
    return found


@contextmanager
def tapped(parts: Mapping[str, Any]) -> Iterator[Taps]:
    """Note what modules give to one sequence, as long as this lasts."""
    taps = Taps()
    handles = [
        module.register_forward_pre_hook(_noting_input(taps, name))
        if name.endswith(f".{ATTENTION}")
        else module.register_forward_hook(_noting(taps, name))
        for name, module in parts.items()
    ]
    try:
        yield taps
    finally:
        for handle in handles:
            handle.remove()


def _noting(taps: Taps, name: str) -> Any:
    def note(module: Any, arguments: Any, result: Any) -> None:
        results = result if isinstance(result, (tuple, list)) else (result,)
        tensors = [_rows(each) for each in results if isinstance(each, torch.Tensor)]
        if _PART.search(name) and tensors:
            taps.first[name] = tensors[0]
        chosen = [each for each in tensors if not each.is_floating_point()]
        scored = [each for each in tensors if each.is_floating_point()]
        if _ROUTER.search(name) and chosen and scored:
            taps.routers[name] = (scored[0], chosen[0])

    return note


def _noting_input(taps: Taps, name: str) -> Any:
    def note(module: Any, arguments: Any) -> None:
        taps.first[name] = _rows(arguments[0])

    return note


def _rows(tensor: torch.Tensor) -> torch.Tensor:
    """Positions along the first dimension; a copy, since layers write into their results."""
    return tensor.detach().reshape(-1, tensor.shape[-1]).clone()
