"""The operators as functions: arguments in the order of their schemas, by name."""

import inspect
from collections.abc import Callable
from dataclasses import fields

import torch

from ..table import KINDS
from .calls import Paged, Window

Attention = Callable[..., torch.Tensor]

PARAMETERS = {name: kind.arguments for name, kind in KINDS.items()}
"""Names of the arguments of each operator, in order."""


def signature(name: str) -> inspect.Signature:
    """The signature of an operator's schema: tensors in, one tensor out."""
    either = inspect.Parameter.POSITIONAL_OR_KEYWORD
    parameters = [
        inspect.Parameter(each, either, annotation=torch.Tensor) for each in PARAMETERS[name]
    ]
    return inspect.Signature(parameters, return_annotation=torch.Tensor)


def functions(
    paged: Callable[[Paged], torch.Tensor], window: Callable[[Window], torch.Tensor]
) -> dict[str, Attention]:
    """The ten operators of the vendor and the two with sinks, computed by `paged` and `window`.

    Each takes the tensors of `PARAMETERS`, in this order or by name, and returns (NB, H, G, L, D)
    in the dtype of `query`. Those of the flash_causal_attention and sliding_window_attention
    families take `sinks` behind them, which the vendor's ten operators do not have.
    Raises TypeError for other arguments.
    """
    return {
        name: _function(name, Window, window, {})
        if kind.window
        else _function(name, Paged, paged, {"single": not kind.partitioned})
        for name, kind in KINDS.items()
    }


def _function(
    name: str,
    call: type[Paged] | type[Window],
    implementation: Callable[..., torch.Tensor],
    settings: dict[str, bool],
) -> Attention:
    kind, taken = KINDS[name], signature(name)
    if kind.may_have_sinks:
        either = inspect.Parameter.POSITIONAL_OR_KEYWORD
        sinks = inspect.Parameter("sinks", either, default=None)
        taken = taken.replace(parameters=[*taken.parameters.values(), sinks])
    settings = {"prefill": not kind.decode, **settings}
    tensors = [field.name for field in fields(call) if field.name not in settings]
    order, required = tuple(taken.parameters), len(PARAMETERS[name])

    def attention(*values: torch.Tensor, **keywords: torch.Tensor) -> torch.Tensor:
        if not keywords and required <= len(values) <= len(order):
            # What `bind` would say, in a tenth of the time.
            given = dict(zip(order, values, strict=False))
        else:
            given = taken.bind(*values, **keywords).arguments
        return implementation(call(**{each: given.get(each) for each in tensors}, **settings))

    attention.__name__ = attention.__qualname__ = name
    attention.__signature__ = taken  # type: ignore[attr-defined]
    return attention
