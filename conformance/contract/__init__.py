"""What an operator owes, as data."""

from conformance.contract.arguments import Argument, Role, Shape, SizeArgument, TensorArgument
from conformance.contract.axes import Axis, Expression
from conformance.contract.contract import Contract, Grid
from conformance.contract.imported import Imported, imported
from conformance.contract.narrow import narrowed
from conformance.contract.operator import Aspect, Operator, Release
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
    "Contract",
    "Expression",
    "Grid",
    "Imported",
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
    "imported",
    "names_in",
    "narrowed",
    "shape_of",
]
