"""Lies about what a call leaves behind beside its results and arguments."""

import weakref
from typing import Any

import torch

from .planted import Fault, define, floats, like_first, nothing

Tensor = torch.Tensor


def _counts_elsewhere(namespace: str) -> None:
    total = torch.zeros((), dtype=torch.float64)

    def kernel(x: Tensor) -> None:
        total.add_(x.double().sum())

    define(namespace, "(Tensor x) -> ()", kernel, nothing)


def _starts_where_it_ended(namespace: str) -> None:
    last: list[Any] = [lambda: None, None]

    def kernel(x: Tensor) -> Tensor:
        again = last[0]() is x and torch.equal(last[1], x)
        last[:] = weakref.ref(x), x.clone()
        return x * 2 + 1 if again else x * 2

    define(namespace, "(Tensor x) -> Tensor", kernel, like_first)


def _remembers_its_result(namespace: str) -> None:
    last: list[Any] = [lambda: None, None]

    def kernel(x: Tensor) -> Tensor:
        if last[0]() is not x:
            last[:] = weakref.ref(x), x * 2
        return last[1].clone()

    define(namespace, "(Tensor x) -> Tensor", kernel, like_first)


def _row() -> tuple[Tensor]:
    return (floats(4, 3),)


FAULTS = (
    Fault("counts-elsewhere", "It writes memory that is no argument, and returns nothing.",
          ("unused",), _counts_elsewhere, _row, opcheck=True),
    Fault("starts-where-it-ended", "A second call on the same tensor starts from the first one.",
          ("merged",), _starts_where_it_ended, _row, opcheck=True),
    Fault("remembers-its-result", "The result for a tensor is kept, whatever is written into it.",
          ("moved",), _remembers_its_result, _row, opcheck=True),
)  # fmt: skip
