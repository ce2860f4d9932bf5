"""Lies about what is written."""

import torch

from .planted import Fault, define, floats, like_first, nothing

Tensor = torch.Tensor


def _never_written(namespace: str) -> None:
    define(namespace, "(Tensor(a!) x, Tensor y) -> Tensor", lambda x, y: x + y, like_first)


def _ids_moved(namespace: str) -> None:
    def kernel(ids: Tensor) -> Tensor:
        ids += 5 * (ids >= 1_000_000)
        return ids * 2

    define(namespace, "(Tensor ids) -> Tensor", kernel, like_first)


def _zero_signed(namespace: str) -> None:
    def kernel(x: Tensor) -> Tensor:
        result = x * 2
        x.masked_fill_(x == 0, -0.0)
        return result

    define(namespace, "(Tensor x) -> Tensor", kernel, like_first)


def _beyond(x: Tensor, place: int) -> None:
    """Write an element of the storage of x, counted from its first one; what is outside, not."""
    whole = torch.empty(0, dtype=x.dtype).set_(x.untyped_storage())
    at = x.storage_offset() + place
    if 0 <= at < len(whole):
        whole[at] = 7


def _past_the_end(namespace: str) -> None:
    def kernel(x: Tensor) -> None:
        x.add_(1)
        last = sum((size - 1) * stride for size, stride in zip(x.shape, x.stride(), strict=True))
        _beyond(x, last + 1)

    define(namespace, "(Tensor(a!) x) -> ()", kernel, nothing)


def _before_the_start(namespace: str) -> None:
    def kernel(x: Tensor) -> None:
        x.add_(1)
        _beyond(x, -1)

    define(namespace, "(Tensor(a!) x) -> ()", kernel, nothing)


def _written_untold(namespace: str) -> None:
    def kernel(x: Tensor, log: Tensor) -> Tensor:
        log.add_(1)
        return x * 2

    define(namespace, "(Tensor x, Tensor log) -> Tensor", kernel, like_first)


def _one_dtype_written(namespace: str) -> None:
    def kernel(x: Tensor, y: Tensor) -> None:
        x.float().copy_(y.float())  # for any other dtype, into a copy

    define(namespace, "(Tensor(a!) x, Tensor y) -> ()", kernel, nothing)


def _view() -> tuple[Tensor]:
    return (floats(8)[2:6],)


FAULTS = (
    Fault("never-written", "An argument is declared as written, and never is.", ("writes",),
          _never_written, lambda: (floats(4, 3), floats(4, 3)), opcheck=True),
    Fault("ids-moved", "Large int64 ids are moved by 5, undeclared.", ("writes",), _ids_moved,
          lambda: (torch.tensor([3, 1_000_000, 7]),), opcheck=True),
    Fault("zero-signed", "0.0 becomes -0.0 in an argument, undeclared.", ("writes",),
          _zero_signed, lambda: (torch.tensor([1.0, 0.0, 2.0]),), opcheck=True),
    Fault("past-the-end", "The element of the storage behind a view is written.", ("writes",),
          _past_the_end, _view, opcheck=True),
    Fault("before-the-start", "The element of the storage before a view is written.",
          ("writes",), _before_the_start, _view, opcheck=True),
    Fault("written-untold", "An argument is written, undeclared: unused, the call vanishes.",
          ("writes", "unused"), _written_untold, lambda: (floats(4), floats(4)), opcheck=False),
    Fault("one-dtype-written", "The declared write is lost in a copy unless it is float32.",
          ("writes",), _one_dtype_written, lambda: (floats(4), floats(4) + 1), opcheck=True),
)  # fmt: skip
