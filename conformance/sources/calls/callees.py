"""What a call calls: an operator, a kernel, or a function that reaches one."""

import ast
from dataclasses import dataclass, field

from conformance.sources.calls.reachability import LAUNCH_METHODS, Reachability
from conformance.sources.reading.kernels import Kernel, is_kernel
from conformance.sources.reading.nodes import Function, is_self_attribute
from conformance.sources.reading.registrations import Schemas
from conformance.sources.reading.source import Source, Sources
from conformance.sources.values.canonical import Transparent, unwrap
from conformance.sources.values.resolve import dotted_name
from conformance.sources.values.value import (
    Expression,
    GlobalName,
    ParameterValue,
    Unresolved,
    Value,
)

_WRAPPED = Transparent(functions=frozenset({"wrap_triton"}))


@dataclass(frozen=True, eq=False)
class ReachingFunction:
    """A function whose call reaches an operator or a kernel."""

    source: Source
    function: Function
    is_method: bool = False


@dataclass(frozen=True, eq=False)
class Callees:
    """Everything that the files of a package may call."""

    sources: Sources
    schemas: Schemas
    reachability: Reachability
    kernels: dict[tuple[str, str], Kernel]
    """The kernels by path of the file and name."""
    operator_nodes: set[int] = field(default_factory=set)
    """The ids of the nodes by which `operator` was asked for operators so far."""

    def operator(self, callee: Value) -> str | None:
        """The operator that is called, `namespace::name`; None if no operator is.

        The text ends in `?` if the name of the operator is not a constant.
        """
        dotted = dotted_name(callee, self.operator_nodes) or ""
        if dotted.startswith("torch.ops."):
            parts = dotted.split(".")[2:]
            return "::".join(parts[:2]) if len(parts) >= 2 else None
        if isinstance(callee, GlobalName):
            found = self.sources.function(callee.source, callee.name)
            return self.schemas.of_function(*found) if found else None
        return None

    def kernel(self, callee: Value) -> Kernel | str | None:
        """The kernel that is launched; its text if it is not known; None if nothing is launched."""
        if not isinstance(callee, Expression) or not isinstance(
            node := callee.node, ast.Subscript | ast.Attribute
        ):
            return None
        if isinstance(node, ast.Attribute) and node.attr not in LAUNCH_METHODS:
            return None
        base = unwrap(Expression(node.value, callee.scope), _WRAPPED)
        if isinstance(base, GlobalName):
            if found := self.sources.function(base.source, base.name):
                name = (found[0].path, found[1].name)
                return self.kernels.get(name) if is_kernel(*found) else None
            return None
        return ast.unparse(node.value) if isinstance(base, ParameterValue | Unresolved) else None

    def function(self, callee: Value, source: Source) -> ReachingFunction | None:
        """The function, or the method of `self`, that is called; None if it reaches nothing."""
        if isinstance(callee, GlobalName):
            found = self.reachability.function(callee.source, callee.name)
            return ReachingFunction(*found) if found else None
        node = callee.node if isinstance(callee, Expression) else None
        if isinstance(node, ast.Attribute) and is_self_attribute(node):
            method = self.reachability.method(source, node.attr)
            return ReachingFunction(source, method, is_method=True) if method else None
        return None
