"""One captured call in one file: safetensors, whose metadata hold the call as JSON.

Tensors are stored densely; how they lay in memory, the call says. The file is known by the hash of
its bytes. Nothing in it is code.
"""

import hashlib
import os
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from stat import S_ISREG
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from conformance.capture.call import Call, CaptureError, call_from_json
from conformance.capture.limits import FILE, HEADER, MOST_APART
from conformance.policy.reading import parse_json

if TYPE_CHECKING:
    import torch

SUFFIX = ".safetensors"
_KEY = "conformance"
_DIGITS = 16


class PackageMissing(ImportError):
    """The package safetensors is not installed."""


@dataclass(frozen=True)
class CapturedFile:
    """A file that was read: the call, and the hash by which cases name it."""

    path: Path
    digest: str
    call: Call


def packed(call: Call, tensors: Mapping[str, "torch.Tensor"]) -> bytes:
    """The bytes of a file. ``tensors`` are dense, on the CPU, those of the call by name."""
    data: bytes = _safetensors().save(dict(tensors), metadata={_KEY: call.to_json()})
    return data


def digest_of(data: bytes) -> str:
    """By which a case names a file."""
    return hashlib.sha256(data).hexdigest()[:_DIGITS]


def read_captured(path: Path) -> CapturedFile:
    """What a file says; no tensor is made. Raises :class:`CaptureError`."""
    data = _bytes_of(path)
    return CapturedFile(path, digest_of(data), _call_in(data, path))


def tensors_of(file: CapturedFile) -> dict[str, "torch.Tensor"]:
    """The tensors of a file by name, dense. Raises :class:`CaptureError`, also for a file that has
    changed since it was read."""
    data = _bytes_of(file.path)
    if digest_of(data) != file.digest:
        raise CaptureError(f"{file.path}: this file has changed since it was read")
    library = _safetensors()
    try:
        found: dict[str, torch.Tensor] = library.load(data)
    except library.SafetensorError as error:
        raise CaptureError(f"{file.path}: this file holds no captured call: {error}") from error
    for name, told in file.call.tensors.items():
        dtype = str(found[name].dtype).removeprefix("torch.")
        if (dtype, tuple(found[name].shape)) != (told.dtype, told.shape):
            raise CaptureError(f"{file.path}: {name} is not what the file says it is")
    return found


def _bytes_of(path: Path) -> bytes:
    try:
        with open(path, "rb", opener=lambda p, flags: os.open(p, flags | os.O_NONBLOCK)) as file:
            if not S_ISREG(os.fstat(file.fileno()).st_mode):
                raise CaptureError(f"{path}: this is no file")
            data = file.read(FILE + 1)
    except OSError as error:
        raise CaptureError(f"{path}: {error.strerror or error}") from error
    if len(data) > FILE:
        raise CaptureError(f"{path}: this file has more than {FILE} bytes")
    return data


def _call_in(data: bytes, path: Path) -> Call:
    try:
        header = _header(data)
        metadata = header.pop("__metadata__", None)
        text = metadata.get(_KEY) if isinstance(metadata, dict) else None
        if not isinstance(text, str):
            raise ValueError("it does not say which call its tensors are of")
        call = call_from_json(text)
        if set(header) != set(call.tensors):
            raise ValueError("its tensors are not those of the call")
        for name, told in call.tensors.items():
            stored = header[name].get("shape") if isinstance(header[name], dict) else None
            if stored != list(told.shape):
                raise ValueError(f"{name} is stored in another shape than the call says")
            # Gaps between rows take memory that the size of the file does not tell.
            if told.extent > max(told.elements, MOST_APART):
                raise ValueError(f"{name} would take the memory of {told.extent} elements")
    except (ValueError, TypeError) as error:
        raise CaptureError(f"{path}: this file holds no captured call: {error}") from error
    return call


def _header(data: bytes) -> dict[str, Any]:
    """What safetensors begins with: eight bytes of length, then JSON."""
    if len(data) < 8:
        raise ValueError("it is too short")
    (length,) = struct.unpack("<Q", data[:8])
    if length > min(HEADER, len(data) - 8):
        raise ValueError(f"its header has {length} bytes")
    header = parse_json(data[8 : 8 + length].decode("utf-8"))
    if not isinstance(header, dict):
        raise ValueError("its header is no JSON object")
    return header


def _safetensors() -> Any:
    """``save`` and ``load`` of safetensors for torch, and what they raise."""
    try:
        module, root = import_module("safetensors.torch"), import_module("safetensors")
        return SimpleNamespace(
            save=module.save, load=module.load, SafetensorError=root.SafetensorError
        )
    except ModuleNotFoundError as error:
        raise PackageMissing(
            "captured calls need the package safetensors: "
            "pip install 'kernel-conformance[generate]'"
        ) from error
