"""Which functions and calls may reach an operator or a kernel, by the names that occur in them."""

import ast
from collections.abc import Callable
from dataclasses import dataclass, field

from conformance.sources.reading.kernels import is_kernel
from conformance.sources.reading.nodes import Function, is_self_attribute
from conformance.sources.reading.registrations import Schemas
from conformance.sources.reading.source import Source, Sources

LAUNCH_METHODS = frozenset({"warmup", "run"})
"""Methods of a kernel that launch it."""

MAX_STEPS = 6
"""The longest chain of calls, or of assignments, through which something is reached."""


@dataclass(frozen=True, eq=False)
class Reachability:
    """The functions that call an operator or launch a kernel, directly or through others."""

    sources: Sources
    schemas: Schemas
    functions: set[Function] = field(default_factory=set)

    def call_filter(self, source: Source, function: Function) -> Callable[[ast.Call], bool]:
        """A predicate for the calls in a function: whether one may reach an operator or kernel."""
        local = self._reaching_names(source, function)

        def may_reach(call: ast.Call) -> bool:
            if isinstance(call.func, ast.Attribute) and call.func.attr in LAUNCH_METHODS:
                return self.has_kernels(source)
            if isinstance(call.func, ast.Subscript):
                return self._reaches(call.func.value, source, local)
            parts = [call.func, *call.args, *(keyword.value for keyword in call.keywords)]
            return any(self._reaches(part, source, local) for part in parts)

        return may_reach

    def has_kernels(self, source: Source) -> bool:
        """Whether a file defines a kernel."""
        return any(is_kernel(source, function) for function in source.functions.values())

    def function(self, source: Source, name: str) -> tuple[Source, Function] | None:
        """The function that a global name means, with its file; None if it reaches nothing."""
        found = self.sources.function(source, name)
        return found if found and found[1] in self.functions else None

    def method(self, source: Source, name: str) -> Function | None:
        """The method that `self.name` means; None if it reaches nothing.

        None also if several classes of the file have a method of that name.
        """
        found = source.methods.get(name, [])
        return found[0] if len(found) == 1 and found[0] in self.functions else None

    def _reaching_names(self, source: Source, function: Function) -> set[str]:
        """The local names and attributes that may stand for an operator or a kernel."""
        names: set[str] = set()
        assignments = [n for n in source.nodes_of(function) if isinstance(n, ast.Assign)]
        for _ in range(MAX_STEPS):
            before = len(names)
            for node in assignments:
                if self._reaches(node.value, source, names):
                    names |= {
                        ast.unparse(t)
                        for t in node.targets
                        if isinstance(t, ast.Name | ast.Attribute)
                    }
            if len(names) == before:
                break
        return names

    def _reaches(self, node: ast.expr, source: Source, local: set[str]) -> bool:
        """Whether a name occurs that stands for an operator, a kernel or a reaching function."""
        for part in ast.walk(node):
            if isinstance(part, ast.Attribute):
                if (source.dotted(part) or "").startswith("torch.ops"):
                    return True
                if local and ast.unparse(part) in local:
                    return True
                if is_self_attribute(part) and self.method(source, part.attr):
                    return True
            elif isinstance(part, ast.Name):
                if part.id in local or source.imports.get(part.id) == "torch.ops":
                    return True
                if (found := self.sources.function(source, part.id)) and (
                    found[1] in self.functions
                    or self.schemas.of_function(*found)
                    or is_kernel(*found)
                ):
                    return True
        return False


def find_reachability(sources: Sources, schemas: Schemas) -> Reachability:
    """Collect the functions of all files that reach an operator or a kernel.

    Each round adds the functions that call one of the round before, until a round adds none.
    """
    reachability = Reachability(sources, schemas)
    for _ in range(MAX_STEPS):
        before = len(reachability.functions)
        for source in sources.files:
            for function in source.all_functions:
                if function in reachability.functions or is_kernel(source, function):
                    continue
                may_reach = reachability.call_filter(source, function)
                calls = (n for n in source.nodes_of(function) if isinstance(n, ast.Call))
                if any(may_reach(call) for call in calls):
                    reachability.functions.add(function)
        if len(reachability.functions) == before:
            break
    return reachability
