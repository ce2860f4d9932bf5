"""Lies of fake kernels."""

import torch

from .planted import Fault, define, floats, like_first

Tensor = torch.Tensor


def _doubled(x: Tensor) -> Tensor:
    return x * 2


def _planting(fake):
    def plant(namespace: str) -> None:
        define(namespace, "(Tensor x) -> Tensor", _doubled, fake)

    return plant


def _right_at_one_size(x: Tensor) -> Tensor:
    return x.new_empty([x.shape[0] if x.shape[0] == 4 else x.shape[0] + 1, *x.shape[1:]])


def _wrong_for_bfloat16(x: Tensor) -> Tensor:
    dtype = torch.float32 if x.dtype is torch.bfloat16 else x.dtype
    return torch.empty_like(x, dtype=dtype)


def _looks_at_data(x: Tensor) -> Tensor:
    return torch.empty_like(x) if float(x.sum()) > 0 else x.new_empty([0])


def _specialises(x: Tensor) -> Tensor:
    return x.new_empty([int(size) for size in x.shape])


def _lies_about_strides(namespace: str) -> None:
    def kernel(x: Tensor) -> Tensor:
        return (x * 2).t().contiguous().t()

    define(namespace, "(Tensor x) -> Tensor", kernel, lambda x: x.new_empty(x.shape))


def _makes_dense(namespace: str) -> None:
    define(namespace, "(Tensor x) -> Tensor", lambda x: (x * 2).contiguous(), like_first)


def _counts_wrong(namespace: str) -> None:
    def fake(x: Tensor) -> list[Tensor]:
        return [x.new_empty(x.shape[1:]) for _ in range(4)]

    define(namespace, "(Tensor x) -> Tensor[]", lambda x: [r.clone() for r in x.unbind()], fake)


def _call() -> tuple[Tensor]:
    return (floats(4, 3),)


FAULTS = (
    Fault("right-at-one-size", "The fake kernel is right for 4 rows only.", ("fake",),
          _planting(_right_at_one_size), _call, opcheck=True),
    Fault("wrong-for-bfloat16", "The fake kernel gives float32 for bfloat16.", ("fake",),
          _planting(_wrong_for_bfloat16), _call, opcheck=True),
    Fault("looks-at-data", "The fake kernel asks for the value of an element.", ("symbolic",),
          _planting(_looks_at_data), _call, opcheck=False),
    Fault("specialises", "The fake kernel turns sizes into numbers: one graph for each size.",
          ("symbolic",), _planting(_specialises), _call, opcheck=True),
    Fault("no-fake", "There is no fake kernel.", ("fake",), _planting(None), _call,
          opcheck=False),
    Fault("strides", "The fake kernel says row-major, the result is column-major.", ("fake",),
          _lies_about_strides, _call, opcheck=False),
    Fault("strides-of-views", "The fake kernel keeps strides, the result is row-major.",
          ("fake",), _makes_dense, _call, opcheck=True),
    Fault("counts-wrong", "The fake kernel gives 4 results, whatever the size.", ("fake",),
          _counts_wrong, _call, opcheck=True),
)  # fmt: skip
