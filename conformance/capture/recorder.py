"""Keeps with which tensors an operator is called, in whatever process calls it.

It is told of each call before the call happens, so that a state is kept as the call finds it. It
knows no engine, never raises, and keeps no prompts: no text but single words, and no argument whose
name says that it holds token ids.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from math import isfinite
from pathlib import Path
from secrets import token_hex
from typing import Any

import torch

from conformance.capture.call import WORD, Call, Scalar, TensorOf
from conformance.capture.file import SUFFIX, PackageMissing, digest_of, packed
from conformance.capture.limits import Limits

OF_PROMPTS = frozenset({"input_ids", "token_ids", "prompt_token_ids", "prompt", "prompts", "text"})
"""Names of arguments that hold prompts: a call with one of them is not kept."""

Stratum = tuple[str, str, int | None]


class NotKept(Exception):
    """Why a call is not kept."""


class Recorder:
    """Writes calls into a folder until ``limits`` are reached; then calls of phases and layers of
    which there are few take the place of those of which there are many, the latest first.

    ``left_out`` counts calls that could not be kept by the reason; ``trouble`` is what ended the
    recording, empty while it goes on.
    """

    def __init__(self, folder: Path, limits: Limits | None = None) -> None:
        self.folder = folder
        self.limits = limits or Limits()
        self.left_out: Counter[str] = Counter()
        self.trouble = ""
        self._kept: dict[Stratum, list[tuple[Path, int]]] = defaultdict(list)
        self._known: set[str] = set()
        self._before = sum(path.stat().st_size for path in folder.glob(f"*{SUFFIX}"))

    def record(
        self,
        operator: str,
        arguments: Mapping[str, Any],
        phase: str = "outside",
        layer: int | None = None,
        step: int | None = None,
    ) -> bool:
        """Keep a call that is about to happen, with its arguments in order; whether it is kept."""
        if self.trouble:
            return False
        stratum = (operator, phase, layer)
        try:
            if not self._has_turn(stratum):
                return False
            call, tensors = self._call(operator, arguments, phase, layer, step)
            data = packed(call, tensors)
            return self._write(stratum, data)
        except NotKept as reason:
            self.left_out[f"{operator}: {reason}"] += 1
        except (OSError, PackageMissing) as error:
            self.trouble = f"nothing more is captured: {error}"
        return False

    def _has_turn(self, stratum: Stratum) -> bool:
        """Whether there is a place for one more call of that phase and layer."""
        kept = sum(len(self._kept[each]) for each in self._of(stratum[0]))
        return kept < self.limits.calls or self._fullest(stratum) is not None

    def _fullest(self, stratum: Stratum) -> Stratum | None:
        """Of which phase and layer one call goes, so that one of ``stratum`` is kept."""
        fullest = max(self._of(stratum[0]), key=lambda each: len(self._kept[each]), default=stratum)
        return fullest if len(self._kept[fullest]) > len(self._kept[stratum]) + 1 else None

    def _of(self, operator: str) -> list[Stratum]:
        return [stratum for stratum in self._kept if stratum[0] == operator]

    def _call(
        self, operator: str, arguments: Mapping[str, Any], phase: str, layer: int | None,
        step: int | None,
    ) -> tuple[Call, dict[str, torch.Tensor]]:  # fmt: skip
        described: dict[str, TensorOf | Scalar] = {}
        tensors: dict[str, torch.Tensor] = {}
        for name, value in arguments.items():
            if name in OF_PROMPTS:
                raise NotKept(f"{name} would tell prompts")
            if isinstance(value, torch.Tensor):
                described[name] = self._described(name, value)
                tensors[name] = value.detach().to("cpu", copy=True).contiguous()
            elif _is_scalar(value):
                described[name] = value
            else:
                raise NotKept(f"{name} is a {type(value).__name__} that is no number and no word")
        return Call(operator, described, phase, layer, step), tensors

    def _described(self, name: str, tensor: torch.Tensor) -> TensorOf:
        if tensor.is_meta or type(tensor) not in (torch.Tensor, torch.nn.Parameter):
            raise NotKept(f"{name} is no tensor with memory")
        if (size := tensor.numel() * tensor.element_size()) > self.limits.tensor_bytes:
            raise NotKept(f"{name} has {size} bytes, {self.limits.tensor_bytes} are the limit")
        dtype = str(tensor.dtype).removeprefix("torch.")
        told = TensorOf(dtype, tuple(tensor.shape), tuple(tensor.stride()))
        return told.dense() if told.overlaps else told

    def _write(self, stratum: Stratum, data: bytes) -> bool:
        digest = digest_of(data)
        if digest in self._known:
            return False
        operator, phase, layer = stratum
        while self._is_full(operator, len(data)):
            fullest = self._fullest(stratum)
            if fullest is None:
                raise NotKept("the folder is full")
            path, _ = self._kept[fullest].pop()
            path.unlink(missing_ok=True)
        where = f"{phase}-{'x' if layer is None else layer}"
        path = self.folder / f"{operator.replace(':', '-')}-{where}-{digest}{SUFFIX}"
        self.folder.mkdir(parents=True, exist_ok=True)
        scratch = path.with_name(f".{token_hex(8)}.part")
        try:
            scratch.write_bytes(data)
            scratch.replace(path)
        finally:
            scratch.unlink(missing_ok=True)
        self._known.add(digest)
        self._kept[stratum].append((path, len(data)))
        return True

    def _is_full(self, operator: str, more: int) -> bool:
        kept = sum(len(self._kept[each]) for each in self._of(operator))
        size = self._before + sum(size for files in self._kept.values() for _, size in files)
        return kept >= self.limits.calls or size + more > self.limits.folder_bytes


def _is_scalar(value: Any) -> bool:
    """Whether a value is kept as it is: a finite number, a word or None."""
    if isinstance(value, str):
        return WORD.fullmatch(value) is not None
    if isinstance(value, float):
        return isfinite(value)
    return value is None or isinstance(value, bool | int)
