"""Triton kernels and plain functions: signatures, and which parameters are compile-time."""

import ast
import re
from collections.abc import Iterable, Iterator

from conformance.schemas.lock import LockedFunction, LockedKernel
from conformance.schemas.schema import Argument
from conformance.sources.reading.kernels import is_kernel
from conformance.sources.reading.nodes import Function
from conformance.sources.reading.source import Source
from conformance.sources.registered.evaluation.names import top_statements
from conformance.sources.registered.hashes import body_hash
from conformance.sources.registered.tree import Tree

_FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


def read_functions(
    tree: Tree, asked: Iterable[str] = ()
) -> tuple[tuple[LockedKernel, ...], tuple[LockedFunction, ...]]:
    """The kernels, and the public functions of files that hold one or that are ``asked`` for.

    ``asked`` holds names such as ``vllm.model_executor.layers.fused_moe:fused_topk``.
    """
    wanted = set(asked)
    modules = {name.partition(":")[0] for name in wanted}
    kernels: dict[str, LockedKernel] = {}
    functions: dict[str, LockedFunction] = {}
    sources = {source.path: source for source in tree.holding({"triton"})}
    sources |= {source.path: source for m in modules if (source := tree.get(m))}
    for path in sorted(sources):
        source = sources[path]
        found = list(_functions(source))
        holds = [node for node in found if is_kernel(source, node)]
        for node in found:
            name = f"{source.module}:{node.name}"
            body = body_hash(tree, path, node)
            if node in holds:
                kernels[name] = _kernel(source, node, name, body)
            elif name in wanted or (holds and not node.name.startswith("_")):
                returns = ast.unparse(node.returns) if node.returns else ""
                functions[name] = LockedFunction(name, signature(node), returns, body)
    return (
        tuple(kernels[name] for name in sorted(kernels)),
        tuple(functions[name] for name in sorted(functions)),
    )


def signature(node: _FunctionNode) -> tuple[Argument, ...]:
    """The parameters of a function; those that collect are named ``*args``, ``**kwargs``."""
    a = node.args
    plain = [*a.posonlyargs, *a.args]
    defaults = [None] * (len(plain) - len(a.defaults)) + list(a.defaults)
    found = [_argument(p, d) for p, d in zip(plain, defaults, strict=True)]
    if a.vararg:
        found.append(_argument(a.vararg, None, mark="*"))
    pairs = zip(a.kwonlyargs, a.kw_defaults, strict=True)
    found += [_argument(p, d, by_name=True) for p, d in pairs]
    if a.kwarg:
        found.append(_argument(a.kwarg, None, mark="**"))
    return tuple(found)


def _argument(
    parameter: ast.arg, default: ast.expr | None, mark: str = "", by_name: bool = False
) -> Argument:
    type_ = ast.unparse(parameter.annotation) if parameter.annotation else ""
    text = None if default is None else ast.unparse(default)
    return Argument(f"{mark}{parameter.arg}", type_, text, by_name)


def _functions(source: Source) -> Iterator[_FunctionNode]:
    """The functions at the top of a file; of several of one name the last one."""
    found = {n.name: n for n in top_statements(source.tree.body) if isinstance(n, Function)}
    yield from found.values()


def _kernel(source: Source, node: _FunctionNode, name: str, body: str) -> LockedKernel:
    parameters = signature(node)
    constexprs = tuple(p.name for p in parameters if _is_constexpr(p.type))
    return LockedKernel(name, parameters, constexprs, body)


def _is_constexpr(annotation: str) -> bool:
    return re.search(r"\bconstexpr\b", annotation) is not None
