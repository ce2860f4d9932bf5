"""Whether custom kernels are used: decided once by the environment, and seen in every call."""

import os
import warnings
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import torch

from ..implementations.signatures import PARAMETERS, Attention
from ..implementations.torch_attention import PLAIN
from .dispatch import implementation_for

VARIABLE = "RBLN_USE_CUSTOM_KERNEL"
CUSTOM, PLAIN_PATH = "custom", "plain"
_PATHS = {"0": PLAIN_PATH, "false": PLAIN_PATH, "1": CUSTOM, "true": CUSTOM}


@dataclass(frozen=True, eq=False)
class Selection:
    """A choice that stands, and a record of what it led to."""

    path: str
    """`CUSTOM` or `PLAIN_PATH`."""
    reason: str
    """What decided: the variable and its value, or "default"."""
    fallback: bool = False
    """Whether calls that custom kernels cannot take go the plain path, instead of raising."""
    calls: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Calls so far that gave an answer, by operator and path."""
    fallbacks: dict[str, str] = field(default_factory=dict)
    """Operators that fell back, and why."""

    @property
    def custom(self) -> bool:
        """Whether custom kernels were chosen."""
        return self.path == CUSTOM

    def attention(self, name: str) -> Attention:
        """The function of an operator; every call of it is counted in `calls`.

        Raises ValueError for a name that is no operator. The function raises RuntimeError if
        custom kernels were chosen and do not run where its tensors are, unless `fallback`.
        """
        if name not in PARAMETERS:
            raise ValueError(f"name: got {name!r}, want one of {', '.join(PARAMETERS)}")

        def attention(query: torch.Tensor, *tensors: torch.Tensor, **keywords) -> torch.Tensor:
            function, path = self._function(name, query)
            output = function(query, *tensors, **keywords)
            self.calls[name, path] += 1
            return output

        attention.__name__ = attention.__qualname__ = name
        return attention

    def _function(self, name: str, query: torch.Tensor) -> tuple[Callable[..., torch.Tensor], str]:
        if not self.custom:
            return PLAIN[name], PLAIN_PATH
        why = f"custom kernels ({self.reason}) do not run on device {query.device}"
        if implementation_for(query.device) == "triton":
            try:
                # Imported on use, so that machines without Triton can go the plain path.
                from ..implementations.triton_attention import KERNELS

                return KERNELS[name], CUSTOM
            except ImportError as missing:
                why = f"custom kernels ({self.reason}) cannot be imported: {missing}"
        if not self.fallback:
            raise RuntimeError(f"{name}: {why}")
        if not self.fallbacks:
            warnings.warn(f"{why}: falling back to plain torch", RuntimeWarning, stacklevel=3)
        self.fallbacks.setdefault(name, why)
        return PLAIN[name], PLAIN_PATH


def select(environ: Mapping[str, str] | None = None, *, fallback: bool = False) -> Selection:
    """Read `RBLN_USE_CUSTOM_KERNEL` and choose: call this once, when the engine is built.

    environ: where to look, the environment of the process by default. Unset, "0" and "false" mean
    plain torch, "1" and "true" custom kernels, in any case of letters. Later changes of the
    environment have no effect on what is returned.

    Raises ValueError for any other value.
    """
    value = (os.environ if environ is None else environ).get(VARIABLE)
    if value is None:
        return Selection(PLAIN_PATH, "default", fallback)
    if value.lower() not in _PATHS:
        raise ValueError(f"{VARIABLE}: got {value!r}, want unset or one of {', '.join(_PATHS)}")
    return Selection(_PATHS[value.lower()], f"{VARIABLE}={value}", fallback)
