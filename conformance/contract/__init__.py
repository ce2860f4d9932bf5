"""What an operator owes, as data."""

from conformance.contract.arguments import Argument, Role, Shape, SizeArgument, TensorArgument
from conformance.contract.axes import Axis, Expression
from conformance.contract.contract import Contract, Grid
from conformance.contract.narrow import narrowed
from conformance.contract.operator import Aspect, Constant, Operator, Release
from conformance.contract.outputs import Answer, Budget, Output, Selection
from conformance.contract.scene import Choice, NoSuchScene, Scene, Situation
from conformance.contract.shapes import names_in, shape_of

__all__ = [
    "Answer",
    "Argument",
    "Aspect",
    "Axis",
    "Budget",
    "Choice",
    "Constant",
    "Contract",
    "Expression",
    "Grid",
    "NoSuchScene",
    "Operator",
    "Output",
    "Release",
    "Role",
    "Scene",
    "Selection",
    "Shape",
    "Situation",
    "SizeArgument",
    "TensorArgument",
    "names_in",
    "narrowed",
    "shape_of",
]
