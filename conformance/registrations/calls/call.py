"""One call of an operator: its arguments, and the storages that they lie in."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import torch

from conformance.torch_internals import tensors_in


@dataclass(frozen=True)
class Call:
    """Arguments by the names of the schema, in its order. ``keyword_only`` are passed by name.

    Tensors lie in storages of their own, with bytes before and behind them that belong to nobody.
    """

    values: Mapping[str, Any]
    keyword_only: frozenset[str] = frozenset()

    def of(self, operator: Callable[..., Any]) -> Any:
        """What the operator returns."""
        positional, keywords = self.passed
        return operator(*positional, **keywords)

    @property
    def passed(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The arguments as they are passed."""
        positional = tuple(v for n, v in self.values.items() if n not in self.keyword_only)
        return positional, {n: v for n, v in self.values.items() if n in self.keyword_only}

    @property
    def tensors(self) -> dict[str, torch.Tensor]:
        """The tensors among the arguments; those of a list are called ``NAME[0]``, ``NAME[1]``."""
        return dict(_named(self.values))

    def with_values(self, **values: Any) -> "Call":
        """The same call with other values of some arguments."""
        return Call({**self.values, **values}, self.keyword_only)

    def mapped(self, change: Callable[[str, torch.Tensor], torch.Tensor]) -> "Call":
        """The same call with another tensor for each: ``change`` gets its name and the tensor."""

        def changed(name: str, value: Any) -> Any:
            if isinstance(value, torch.Tensor):
                return change(name, value)
            if isinstance(value, list | tuple) and any(True for _ in tensors_in(value)):
                return type(value)(
                    change(f"{name}[{place}]", each) if isinstance(each, torch.Tensor) else each
                    for place, each in enumerate(value)
                )
            return value

        return Call({n: changed(n, v) for n, v in self.values.items()}, self.keyword_only)


def _named(values: Mapping[str, Any]) -> Iterator[tuple[str, torch.Tensor]]:
    for name, value in values.items():
        if isinstance(value, torch.Tensor):
            yield name, value
        elif isinstance(value, list | tuple):
            for place, each in enumerate(value):
                if isinstance(each, torch.Tensor):
                    yield f"{name}[{place}]", each
