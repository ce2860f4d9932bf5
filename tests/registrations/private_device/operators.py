"""Operators of a vendor whose device is under PrivateUse1: honest ones, and one fault each."""

from collections.abc import Callable

import torch

LIBRARY = torch.library.Library("suite_private", "DEF")


def _operator(
    schema: str, kernel: Callable[..., object], fake: Callable[..., object], key: str
) -> None:
    name = LIBRARY.define(schema).partition("(")[0]
    LIBRARY.impl(name, kernel, key)
    torch.library.register_fake(f"suite_private::{name}", fake, lib=LIBRARY)


def _doubled(x: torch.Tensor) -> torch.Tensor:
    return x + x


def _counted(x: torch.Tensor) -> None:
    x.add_(1)


def _quiet(x: torch.Tensor) -> torch.Tensor:
    x.add_(1)
    return x + x


def _unwritten(x: torch.Tensor) -> torch.Tensor:
    return torch.empty_like(x)


_operator("doubled(Tensor x) -> Tensor", _doubled, torch.empty_like, "PrivateUse1")
_operator("counted(Tensor(a!) x) -> ()", _counted, lambda x: None, "PrivateUse1")
_operator("quiet(Tensor x) -> Tensor", _quiet, torch.empty_like, "PrivateUse1")
_operator("unwritten(Tensor x) -> Tensor", _unwritten, torch.empty_like, "PrivateUse1")
_operator("elsewhere(Tensor x) -> Tensor", _doubled, torch.empty_like, "CPU")
