"""A call of an operator with the answer that it owes."""

from dataclasses import dataclass, field

import torch

from .oracle import Wanted, check


@dataclass(frozen=True)
class Case:
    """One call, and what is owed."""

    name: str
    arguments: dict[str, torch.Tensor]
    """By name, in the order of the schema."""
    keywords: dict[str, torch.Tensor]
    wanted: dict[tuple[int, int, int, int], Wanted]
    """Of each row, key head, group and token; padding is left out."""
    cache: torch.Tensor
    """The cache afterwards, bit by bit, but for block 0."""
    zeros: list[int] = field(default_factory=list)
    """Rows of padding: zeros in the output."""

    def run(self, functions) -> torch.Tensor:
        """Call the operator of this name and check all of its answer."""
        before = {name: each.clone() for name, each in self.arguments.items() if name != "kv_cache"}
        output = functions[self.name](*self.arguments.values(), **self.keywords)
        for name, each in before.items():
            assert same_bits(self.arguments[name], each), f"{name} was written to"
        self.check_output(output)
        self.check_cache()
        return output

    def check_output(self, output: torch.Tensor) -> None:
        query = self.arguments["query"]
        assert (output.shape, output.dtype) == (query.shape, query.dtype)
        for place, wanted in self.wanted.items():
            check(output[place], wanted)
        assert not output[self.zeros].any()

    def check_cache(self) -> None:
        assert same_bits(self.arguments["kv_cache"][:, 1:], self.cache[:, 1:])


def same_bits(left: torch.Tensor, right: torch.Tensor) -> bool:
    """Whether two tensors are equal, NaN included."""
    left, right = (each.contiguous().flatten().view(torch.uint8) for each in (left, right))
    return torch.equal(left, right)
