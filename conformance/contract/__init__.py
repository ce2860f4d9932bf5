"""What an operator owes, as data."""

from conformance.contract.answer import Answer
from conformance.contract.arguments import Argument, TensorArgument
from conformance.contract.arguments.integers import Integers
from conformance.contract.arguments.roles import Role
from conformance.contract.arguments.scalars import (
    FlagArgument,
    FloatArgument,
    ScalarArgument,
    SizeArgument,
    WordArgument,
)
from conformance.contract.axes import AnyAxis, Axis, LeadingAxes, Size
from conformance.contract.contract import Contract
from conformance.contract.expressions import Expression
from conformance.contract.imported import Imported, imported
from conformance.contract.layouts import Layout, Placement
from conformance.contract.measured import Measured, Peer
from conformance.contract.mistake import ContractMistake
from conformance.contract.narrow import narrowed
from conformance.contract.operator import (
    DEFAULT,
    Aspect,
    Constant,
    Mode,
    Operator,
    Promise,
    Release,
    Setting,
)
from conformance.contract.outputs import Budget, Derived, Output
from conformance.contract.points import DTYPE, Point, point_text
from conformance.contract.scene import Choice, NoSuchScene, Scene, Situation
from conformance.contract.selection import Selection
from conformance.contract.shapes import Shape, names_in, shape_of
from conformance.contract.sizes.grid import Grid
from conformance.contract.sizes.released import ReleasedShape
from conformance.contract.tuning import LaunchShape, Tuning

__all__ = [
    "DEFAULT",
    "DTYPE",
    "Answer",
    "AnyAxis",
    "Argument",
    "Aspect",
    "Axis",
    "Budget",
    "Choice",
    "Constant",
    "Contract",
    "ContractMistake",
    "Derived",
    "Expression",
    "FlagArgument",
    "FloatArgument",
    "Grid",
    "Imported",
    "Integers",
    "LaunchShape",
    "Layout",
    "LeadingAxes",
    "Measured",
    "Mode",
    "NoSuchScene",
    "Operator",
    "Output",
    "Peer",
    "Placement",
    "Point",
    "Promise",
    "Release",
    "ReleasedShape",
    "Role",
    "ScalarArgument",
    "Scene",
    "Selection",
    "Setting",
    "Shape",
    "Situation",
    "Size",
    "SizeArgument",
    "TensorArgument",
    "Tuning",
    "WordArgument",
    "imported",
    "names_in",
    "narrowed",
    "point_text",
    "shape_of",
]
