"""Arguments that are no tensors, as words of a case."""

from typing import Any

import torch

from conformance.case import CaseError
from conformance.registrations.calls.types import Type
from conformance.tensors.dtypes import torch_dtype

NONE, EXAMPLE, DEFAULT = "none", "example", "default"
"""None is passed; what the example passes; what the schema says if nothing is passed."""
_AND = "+"


def value_of(type_: Type, word: str, device: str) -> Any:
    """The value that a word stands for. Raises :class:`CaseError` for a word of another type."""
    if word == NONE:
        return None
    try:
        if type_.several:
            return [_one(type_.base, each, device) for each in word.split(_AND) if each != "empty"]
        return _one(type_.base, word, device)
    except (KeyError, ValueError, AttributeError) as error:
        raise CaseError(f"{word!r} is no {type_.base} of a schema") from error


def _one(base: str, word: str, device: str) -> Any:
    match base:
        case "int":
            return int(word)
        case "float":
            return float(word)
        case "Scalar":
            return float(word) if any(sign in word for sign in ".en") else int(word)
        case "bool":
            return {"True": True, "False": False}[word]
        case "str":
            return word
        case "ScalarType":
            return torch_dtype(word)
        case "Device":
            return torch.device(device)
        case "Layout":
            return torch.strided
        case "MemoryFormat":
            return getattr(torch, word)
    raise KeyError(base)


def simplest(type_: Type, number: int) -> str:
    """A word for an argument that nothing is known of; ``number`` is taken for integers."""
    if type_.optional:
        return NONE
    words = {
        "int": str(number), "float": "0.5", "Scalar": str(number), "bool": "False", "str": "none_",
        "ScalarType": "float32", "Device": "device", "Layout": "strided",
        "MemoryFormat": "contiguous_format",
    }  # fmt: skip
    word = words.get(type_.base, NONE)
    return _AND.join([word, word]) if type_.several and word != NONE else word
