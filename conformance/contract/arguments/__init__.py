"""Arguments of an operator, in folders of their own: tensors, scalars, integers with a meaning."""

from conformance.contract.arguments.scalars import (
    FlagArgument,
    FloatArgument,
    ScalarArgument,
    SizeArgument,
    WordArgument,
)
from conformance.contract.arguments.tensor import TensorArgument

Argument = TensorArgument | SizeArgument | FloatArgument | FlagArgument | WordArgument

__all__ = [
    "Argument",
    "FlagArgument",
    "FloatArgument",
    "ScalarArgument",
    "SizeArgument",
    "TensorArgument",
    "WordArgument",
]
