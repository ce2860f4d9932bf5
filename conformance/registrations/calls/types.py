"""The types of arguments in torch's schemas, as far as making arguments needs them."""

from dataclasses import dataclass
from typing import Any

_NAMES = {
    "TensorType": "Tensor", "IntType": "int", "SymIntType": "int", "FloatType": "float",
    "BoolType": "bool", "SymBoolType": "bool", "StringType": "str", "NumberType": "Scalar",
    "ScalarTypeType": "ScalarType", "DeviceObjType": "Device", "LayoutType": "Layout",
    "MemoryFormatType": "MemoryFormat", "GeneratorType": "Generator",
}  # fmt: skip


@dataclass(frozen=True)
class Type:
    """``base`` is a name such as ``Tensor`` or ``int`` (``?`` if there is no word for it)."""

    base: str
    optional: bool = False
    several: bool = False
    """Whether it is a list of them."""


def type_of(argument: Any) -> Type:
    """The type of an argument of a torch schema."""
    found, optional, several = argument.real_type, False, False
    while found.kind() in ("OptionalType", "ListType"):
        if found.kind() == "OptionalType":
            optional = optional or not several
        else:
            several = True
        found = found.getElementType()
    return Type(_NAMES.get(found.kind(), "?"), optional, several)
