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


def _asks_for_long_rows(x: Tensor) -> Tensor:
    if x.shape[-1] > 4:  # as a kernel with two ways would, which are all the same to a fake
        return torch.empty_like(x)
    return torch.empty_like(x)


def _refuses_export(x: Tensor) -> Tensor:
    if torch.compiler.is_exporting():
        raise NotImplementedError("nobody has written how this is exported")
    return torch.empty_like(x)


def _specialises_a_view(namespace: str) -> None:
    define(
        namespace, "(Tensor(a) x) -> Tensor(a)", lambda x: x[1:],
        lambda x: x[1 : int(x.shape[0])],
    )  # fmt: skip


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
    Fault("specialises-a-view", "The fake kernel of a view turns the number of rows into a number.",
          ("symbolic",), _specialises_a_view, _call, opcheck=False),
    Fault("asks-for-long-rows", "The fake kernel asks for a size: a graph for each answer.",
          ("graphs",), _planting(_asks_for_long_rows), _call, opcheck=True),
    Fault("refuses-export", "The fake kernel raises where a program is exported.", ("exported",),
          _planting(_refuses_export), _call, opcheck=True),
    Fault("no-fake", "There is no fake kernel.", ("fake",), _planting(None), _call,
          opcheck=False),
    Fault("strides", "The fake kernel says row-major, the result is column-major.", ("fake",),
          _lies_about_strides, _call, opcheck=False),
    Fault("strides-of-views", "The fake kernel keeps strides, the result is row-major.",
          ("fake",), _makes_dense, _call, opcheck=True),
    Fault("counts-wrong", "The fake kernel gives 4 results, whatever the size.", ("fake",),
          _counts_wrong, _call, opcheck=True),
)  # fmt: skip
