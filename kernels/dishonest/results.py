"""Lies about results: what they hold, and whose memory they are."""

import itertools

import torch

from ..rms_norm.torch_rms_norm import rms_norm
from .planted import Fault, define, floats, like_first

Tensor = torch.Tensor


def _in_the_argument_s_storage(namespace: str) -> None:
    def kernel(x: Tensor) -> Tensor:
        whole = torch.empty(0, dtype=x.dtype).set_(x.untyped_storage())
        end = x.storage_offset() + x.numel()
        room = whole[end : end + x.numel()]
        fits = len(room) == x.numel() and x.is_contiguous()
        return room.copy_((x * 2).view(-1)).view(x.shape) if fits else x * 2

    define(namespace, "(Tensor x) -> Tensor", kernel, like_first)


def _returns_its_argument(namespace: str) -> None:
    define(namespace, "(Tensor x) -> Tensor", lambda x: x, like_first)


def _two_in_one(namespace: str) -> None:
    def kernel(x: Tensor) -> tuple[Tensor, Tensor]:
        both = torch.stack((x * 2, x * 3))
        return both[0], both[1]

    define(namespace, "(Tensor x) -> (Tensor, Tensor)", kernel, _two_fakes)


def _twice_the_same(namespace: str) -> None:
    def kernel(x: Tensor) -> tuple[Tensor, Tensor]:
        result = x * 2
        return result, result

    define(namespace, "(Tensor x) -> (Tensor, Tensor)", kernel, _two_fakes)


def _two_fakes(x: Tensor) -> tuple[Tensor, Tensor]:
    return torch.empty_like(x), torch.empty_like(x)


def _no_view(namespace: str) -> None:
    define(namespace, "(Tensor(a) x) -> Tensor(a)", lambda x: x * 2, like_first)


def _last_unwritten(namespace: str) -> None:
    def kernel(x: Tensor) -> Tensor:
        result = x.new_empty(x.shape)
        result.view(-1)[:-1].copy_((x * 2).reshape(-1)[:-1])
        return result

    define(namespace, "(Tensor x) -> Tensor", kernel, lambda x: x.new_empty(x.shape))


def _only_compiles(namespace: str) -> None:
    def kernel(x: Tensor) -> Tensor:
        return torch.empty_like(x)

    define(namespace, "(Tensor x) -> Tensor", kernel, like_first)


def _jitter(namespace: str) -> None:
    calls = itertools.count()

    def kernel(x: Tensor) -> Tensor:
        result = x * 2
        odd = next(calls) % 2
        return torch.nextafter(result, torch.full_like(result, torch.inf)) if odd else result

    define(namespace, "(Tensor x) -> Tensor", kernel, like_first)


def _keeps_state(namespace: str) -> None:
    calls = itertools.count(1)
    define(namespace, "(Tensor x) -> Tensor", lambda x: x + next(calls), like_first)


def _wrong_values(namespace: str) -> None:
    # The dispatcher leaves out what equals the schema's default.
    def kernel(x: Tensor, weight: Tensor, eps: float = 1e-6) -> Tensor:
        return rms_norm(x, weight + 1, eps)

    define(namespace, "(Tensor x, Tensor weight, float eps=1e-6) -> Tensor", kernel, like_first)


def _other_default(namespace: str) -> None:
    def kernel(x: Tensor, weight: Tensor, eps: float = 1e-5) -> Tensor:
        return rms_norm(x, weight, eps)

    define(namespace, "(Tensor x, Tensor weight, float eps=1e-5) -> Tensor", kernel, like_first)


def _row() -> tuple[Tensor]:
    return (floats(4, 3),)


def _normalised() -> tuple[Tensor, Tensor, float]:
    return floats(4, 8), floats(8), 1e-6


FAULTS = (
    Fault("in-the-argument-s-storage", "The result lies in the storage of an argument.",
          ("aliases",), _in_the_argument_s_storage, lambda: (floats(8)[:4],), opcheck=False),
    Fault("returns-its-argument", "The result is the argument itself.", ("aliases",),
          _returns_its_argument, _row, opcheck=False),
    Fault("two-in-one", "Two results share a storage.", ("aliases",), _two_in_one, _row,
          opcheck=False),
    Fault("twice-the-same", "Two results are one tensor.", ("aliases",), _twice_the_same, _row,
          opcheck=False),
    Fault("no-view", "The result is declared a view of the argument, and is none.", ("aliases",),
          _no_view, _row, opcheck=False),
    Fault("last-unwritten", "The last element of the result is never written.", ("eager",),
          _last_unwritten, _row, opcheck=None),
    Fault("only-compiles", "An eager call returns memory that nobody wrote.", ("eager",),
          _only_compiles, _row, opcheck=None),
    Fault("jitter", "Two equal calls differ in the last bit.", ("eager",), _jitter, _row,
          opcheck=True),
    Fault("keeps-state", "Calls are counted: merged or dropped, they give something else.",
          ("eager",), _keeps_state, _row, opcheck=False),
    Fault("wrong-values", "The weight is taken for one less than it is.", ("values",),
          _wrong_values, _normalised, opcheck=True, contract="rms_norm"),
    Fault("other-default", "The default of eps is not the documented one.", ("signature",),
          _other_default, _normalised, opcheck=True, contract="rms_norm"),
)  # fmt: skip
