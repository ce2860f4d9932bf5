"""What an operator owes, as data."""

from conformance.contract.arguments import Argument, Role, SizeArgument, TensorArgument
from conformance.contract.axes import Axis, Expression
from conformance.contract.contract import Contract, Grid, Operator, Release
from conformance.contract.outputs import Budget, Output, Selection

__all__ = [
    "Argument",
    "Axis",
    "Budget",
    "Contract",
    "Expression",
    "Grid",
    "Operator",
    "Output",
    "Release",
    "Role",
    "Selection",
    "SizeArgument",
    "TensorArgument",
]
