"""What a call calls: an operator, a kernel, or a function that leads to one."""

import ast
from dataclasses import dataclass, field

from conformance.sources.calls.reachability import LAUNCHES, Interest
from conformance.sources.reading.kernels import Kernel, is_kernel
from conformance.sources.reading.nodes import Function, is_of_self
from conformance.sources.reading.registrations import Schemas
from conformance.sources.reading.source import Source, Sources
from conformance.sources.values.canonical import Transparent, subject
from conformance.sources.values.resolve import dotted_of
from conformance.sources.values.value import Global, Parameter, Unresolved, Value, Written

_WRAPPED = Transparent(functions=frozenset({"wrap_triton"}))


@dataclass(frozen=True, eq=False)
class Target:
    """A function that leads to an operator or kernel."""

    source: Source
    function: Function
    is_method: bool = False


@dataclass(frozen=True, eq=False)
class Callees:
    """What the files of a package may call."""

    sources: Sources
    schemas: Schemas
    interest: Interest
    kernels: dict[tuple[str, str], Kernel]
    seen: set[int] = field(default_factory=set)
    """The ids of the nodes that named an operator."""

    def operator(self, callee: Value) -> str | None:
        """The operator that is called, `space::name`, or ending in `?` if the name is not known."""
        dotted = dotted_of(callee, self.seen) or ""
        if dotted.startswith("torch.ops."):
            parts = dotted.split(".")[2:]
            return "::".join(parts[:2]) if len(parts) >= 2 else None
        if isinstance(callee, Global):
            found = self.sources.function(callee.source, callee.name)
            return self.schemas.of_function(*found) if found else None
        return None

    def kernel(self, callee: Value) -> Kernel | str | None:
        """The kernel that is launched; its text if it is not known; None for other calls."""
        if not isinstance(callee, Written) or not isinstance(
            node := callee.node, ast.Subscript | ast.Attribute
        ):
            return None
        if isinstance(node, ast.Attribute) and node.attr not in LAUNCHES:
            return None
        base = subject(Written(node.value, callee.scope), _WRAPPED)
        if isinstance(base, Global) and (found := self.sources.function(base.source, base.name)):
            name = (found[0].path, found[1].name)
            return self.kernels.get(name) if is_kernel(*found) else None
        return ast.unparse(node.value) if isinstance(base, Parameter | Unresolved) else None

    def function(self, callee: Value, source: Source) -> Target | None:
        """The function that is called, or the method of the same object, if it leads somewhere."""
        if isinstance(callee, Global):
            found = self.interest.carried(callee.source, callee.name)
            return Target(*found) if found else None
        node = callee.node if isinstance(callee, Written) else None
        if isinstance(node, ast.Attribute) and is_of_self(node):
            method = self.interest.method(source, node.attr)
            return Target(source, method, is_method=True) if method else None
        return None
