"""Triton kernels: their parameters, and the shapes that their block pointers declare."""

import ast
from dataclasses import dataclass

from conformance.sources.reading.nodes import Function, last_name
from conformance.sources.reading.schema import Parameter, parameters_of
from conformance.sources.reading.source import Source, Sources


@dataclass(frozen=True)
class BlockPointer:
    """A block pointer that a kernel makes."""

    base: str
    """The parameter that it points into."""
    shape: tuple[str, ...]
    """The extents that it declares, as they are written."""
    line: int


@dataclass(frozen=True)
class Kernel:
    """A function that Triton compiles: it has a `triton.jit` decorator."""

    name: str
    parameters: tuple[Parameter, ...]
    file: str
    line: int
    pointers: tuple[BlockPointer, ...] = ()

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}"


def is_kernel(source: Source, function: Function) -> bool:
    """Whether a decorator is `triton.jit`, of Triton itself or of a package that wraps it."""
    for decorator in function.decorator_list:
        node = decorator.func if isinstance(decorator, ast.Call) else decorator
        parts = (source.dotted(node) or "").split(".")
        if parts[-1] == "jit" and "triton" in parts:
            return True
    return False


def read_kernels(sources: Sources) -> dict[tuple[str, str], Kernel]:
    """The kernels at the top level of the files, by path of the file and name."""
    return {
        (source.path, name): Kernel(
            name,
            parameters_of(function),
            source.path,
            function.lineno,
            tuple(_pointers(function)),
        )
        for source in sources.files
        for name, function in source.functions.items()
        if is_kernel(source, function)
    }


def _pointers(function: Function):
    for node in ast.walk(function):
        if not isinstance(node, ast.Call) or last_name(node.func) != "make_block_ptr":
            continue
        given = {keyword.arg: keyword.value for keyword in node.keywords}
        base = given.get("base", node.args[0] if node.args else None)
        shape = given.get("shape", node.args[1] if len(node.args) > 1 else None)
        if isinstance(base, ast.Name) and isinstance(shape, ast.Tuple | ast.List):
            texts = tuple(ast.unparse(extent) for extent in shape.elts)
            yield BlockPointer(base.id, texts, node.lineno)
