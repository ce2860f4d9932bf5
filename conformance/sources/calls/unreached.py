"""Operators that are named and kernels that are defined, without a call or launch of them."""

import ast
from collections.abc import Iterable, Iterator

from conformance.sources.calls.site import NotResolved
from conformance.sources.reading.kernels import Kernel, is_kernel
from conformance.sources.reading.source import Source, Sources


def never_launched(
    sources: Sources, kernels: Iterable[Kernel], launched: set[str]
) -> Iterator[NotResolved]:
    """The kernels whose place is not among the `launched` and that no other kernel calls."""
    inside = {
        node.id
        for source in sources.files
        for function in source.functions.values()
        if is_kernel(source, function)
        for node in ast.walk(function)
        if isinstance(node, ast.Name)
    }
    for kernel in kernels:
        if kernel.place not in launched and kernel.name not in inside:
            yield NotResolved(kernel.name, "no launch of this kernel was found", kernel.place)


def left_over(sources: Sources, seen: set[int]) -> Iterator[NotResolved]:
    """What begins with `torch.ops` and has none of its nodes, by their ids, among the `seen`."""
    for source in sources.files:
        inner: set[int] = set()
        for node in source.nodes:
            if id(node) in inner or not _names_operator(node, source):
                continue
            parts = {id(part) for part in ast.walk(node)}
            inner |= parts
            if not parts & seen:
                assert isinstance(node, ast.expr)
                yield NotResolved(ast.unparse(node), "not seen to be called", source.place(node))


def _names_operator(node: ast.AST, source: Source) -> bool:
    if isinstance(node, ast.Call) and node.args:
        getter = isinstance(node.func, ast.Name) and node.func.id == "getattr"
        return getter and _names_operator(node.args[0], source)
    dotted = (source.dotted(node) or "") if isinstance(node, ast.Attribute) else ""
    return dotted == "torch.ops" or dotted.startswith("torch.ops.")
