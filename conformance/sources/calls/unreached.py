"""Operators that are named but never called, and kernels that are defined but never launched."""

import ast
from collections.abc import Iterable, Iterator

from conformance.sources.calls.site import UnresolvedCall
from conformance.sources.reading.kernels import Kernel, is_kernel
from conformance.sources.reading.source import Source, Sources


def unlaunched_kernels(
    sources: Sources, kernels: Iterable[Kernel], launched: set[str]
) -> Iterator[UnresolvedCall]:
    """The kernels that no kernel calls and whose place, `file:line`, is not in `launched`."""
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
            yield UnresolvedCall(kernel.name, "no launch of this kernel was found", kernel.place)


def uncalled_operators(sources: Sources, reached: set[int]) -> Iterator[UnresolvedCall]:
    """Expressions that begin with `torch.ops` and belong to no call that was found.

    `reached` holds the ids of the nodes by which the calls that were found name operators.
    """
    for source in sources.files:
        inner: set[int] = set()
        for node in source.nodes:
            if id(node) in inner or not _names_operator(node, source):
                continue
            parts = {id(part) for part in ast.walk(node)}
            inner |= parts
            if not parts & reached:
                assert isinstance(node, ast.expr)
                text, place = ast.unparse(node), source.place(node)
                yield UnresolvedCall(text, "not seen to be called", place)


def _names_operator(node: ast.AST, source: Source) -> bool:
    if isinstance(node, ast.Call) and node.args:
        getter = isinstance(node.func, ast.Name) and node.func.id == "getattr"
        return getter and _names_operator(node.args[0], source)
    dotted = (source.dotted(node) or "") if isinstance(node, ast.Attribute) else ""
    return dotted == "torch.ops" or dotted.startswith("torch.ops.")
