"""The types of arguments in torch's schemas, as far as making arguments needs them."""

from dataclasses import dataclass
from typing import Any

import torch

_NAMES = {
    "TensorType": "Tensor", "IntType": "int", "SymIntType": "int", "FloatType": "float",
    "BoolType": "bool", "SymBoolType": "bool", "StringType": "str", "NumberType": "Scalar",
    "ScalarTypeType": "ScalarType", "DeviceObjType": "Device", "LayoutType": "Layout",
    "MemoryFormatType": "MemoryFormat", "GeneratorType": "Generator",
}  # fmt: skip

_VALUES: dict[str, Any] = {
    "int": int, "float": int | float, "bool": bool, "str": str, "Scalar": int | float | complex,
    "ScalarType": torch.dtype, "Device": torch.device | str, "Layout": torch.layout,
    "MemoryFormat": torch.memory_format, "Generator": torch.Generator,
}  # fmt: skip


@dataclass(frozen=True)
class Type:
    """``base`` is a name such as ``Tensor`` or ``int`` (``?`` if there is no word for it)."""

    base: str
    optional: bool = False
    several: bool = False
    """Whether it is a list of them."""
    gaps: bool = False
    """Whether the list may hold None."""


def type_of(argument: Any) -> Type:
    """The type of an argument of a torch schema."""
    found, optional, several, gaps = argument.real_type, False, False, False
    while found.kind() in ("OptionalType", "ListType"):
        if found.kind() == "OptionalType":
            optional, gaps = optional or not several, gaps or several
        else:
            several = True
        found = found.getElementType()
    return Type(_NAMES.get(found.kind(), "?"), optional, several, gaps)


def fits(type_: Type, value: Any) -> bool:
    """Whether a value that is no tensor is one of the type, as far as that can be told."""
    if value is None:
        return type_.optional
    if type_.several and isinstance(value, list | tuple):
        return all(fits(Type(type_.base, type_.gaps), each) for each in value)
    return isinstance(value, _VALUES.get(type_.base, object))
