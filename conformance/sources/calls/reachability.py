"""Which calls may lead to an operator or a kernel, by the names that occur in them."""

import ast
from collections.abc import Callable
from dataclasses import dataclass, field

from conformance.sources.reading.kernels import is_kernel
from conformance.sources.reading.nodes import Function, is_of_self
from conformance.sources.reading.registrations import Schemas
from conformance.sources.reading.source import Source, Sources

LAUNCHES = frozenset({"warmup", "run"})
"""Methods of a kernel that launch it."""

ROUNDS = 6
"""Through how many functions a call may lead."""


@dataclass(frozen=True, eq=False)
class Interest:
    """Functions in which operators are called or kernels launched, directly or not."""

    sources: Sources
    schemas: Schemas
    carriers: set[Function] = field(default_factory=set)

    def concerns(self, source: Source, function: Function) -> Callable[[ast.Call], bool]:
        """Whether a call in a function may matter."""
        local = self._names(source, function)

        def matters(call: ast.Call) -> bool:
            if isinstance(call.func, ast.Attribute) and call.func.attr in LAUNCHES:
                return self.has_kernels(source)
            if isinstance(call.func, ast.Subscript):
                return self._leads(call.func.value, source, local)
            parts = [call.func, *call.args, *(keyword.value for keyword in call.keywords)]
            return any(self._leads(part, source, local) for part in parts)

        return matters

    def has_kernels(self, source: Source) -> bool:
        return any(is_kernel(source, function) for function in source.functions.values())

    def carried(self, source: Source, name: str) -> tuple[Source, Function] | None:
        """The function that a global name means, if it leads to something."""
        found = self.sources.function(source, name)
        return found if found and found[1] in self.carriers else None

    def method(self, source: Source, name: str) -> Function | None:
        """The method that `self.name` means, if the file has one only and it leads somewhere."""
        found = source.methods.get(name, [])
        return found[0] if len(found) == 1 and found[0] in self.carriers else None

    def _names(self, source: Source, function: Function) -> set[str]:
        """Local names that may stand for an operator or a kernel."""
        names: set[str] = set()
        assignments = [n for n in source.inside(function) if isinstance(n, ast.Assign)]
        for _ in range(ROUNDS):
            before = len(names)
            for node in assignments:
                if self._leads(node.value, source, names):
                    names |= {
                        ast.unparse(t)
                        for t in node.targets
                        if isinstance(t, ast.Name | ast.Attribute)
                    }
            if len(names) == before:
                break
        return names

    def _leads(self, node: ast.expr, source: Source, local: set[str]) -> bool:
        for part in ast.walk(node):
            if isinstance(part, ast.Attribute):
                if (source.dotted(part) or "").startswith("torch.ops"):
                    return True
                if local and ast.unparse(part) in local:
                    return True
                if is_of_self(part) and self.method(source, part.attr):
                    return True
            elif isinstance(part, ast.Name):
                if part.id in local or source.imports.get(part.id) == "torch.ops":
                    return True
                if (found := self.sources.function(source, part.id)) and (
                    found[1] in self.carriers
                    or self.schemas.of_function(*found)
                    or is_kernel(*found)
                ):
                    return True
        return False


def read_interest(sources: Sources, schemas: Schemas) -> Interest:
    """Look for functions that lead to something until there are no more."""
    interest = Interest(sources, schemas)
    for _ in range(ROUNDS):
        before = len(interest.carriers)
        for source in sources.files:
            for function in source.all_functions:
                if function in interest.carriers or is_kernel(source, function):
                    continue
                matters = interest.concerns(source, function)
                calls = (n for n in source.inside(function) if isinstance(n, ast.Call))
                if any(matters(call) for call in calls):
                    interest.carriers.add(function)
        if len(interest.carriers) == before:
            break
    return interest
