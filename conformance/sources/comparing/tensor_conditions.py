"""Conditions that are tensors, as in `if tensor:`.

A tensor of one element is true if the element is not zero, so that a zero is taken for a missing
tensor. A tensor of several elements raises.
"""

import ast
from collections.abc import Iterator

from conformance.sources.comparing.finding import Cause, SourceFinding, source_finding
from conformance.sources.reading.source import Source


def tensor_conditions(source: Source) -> list[SourceFinding]:
    """Parameters and fields that are annotated as tensors and used as conditions."""
    found: list[SourceFinding] = []
    for owner in source.nodes:
        if isinstance(owner, ast.ClassDef):
            fields = {
                f"self.{node.target.id}"
                for node in owner.body
                if isinstance(node, ast.AnnAssign)
                and isinstance(node.target, ast.Name)
                and _is_tensor(node.annotation)
            }
            for method in owner.body:
                if isinstance(method, ast.FunctionDef):
                    found += _used_as_conditions(
                        source, method, fields | _tensor_parameters(method)
                    )
    for function in source.functions.values():
        found += _used_as_conditions(source, function, _tensor_parameters(function))
    return found


def _tensor_parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    a = function.args
    plain = [*a.posonlyargs, *a.args, *a.kwonlyargs]
    return {arg.arg for arg in plain if arg.annotation and _is_tensor(arg.annotation)}


def _is_tensor(annotation: ast.expr) -> bool:
    text = ast.unparse(annotation)
    parts = {part.strip() for part in text.replace("Optional[", "").rstrip("]").split("|")}
    return bool(parts & {"torch.Tensor", "Tensor"}) and parts <= {"torch.Tensor", "Tensor", "None"}


def _used_as_conditions(source: Source, function, names: set[str]) -> Iterator[SourceFinding]:
    for node in source.nodes_of(function):
        for test in _conditions(node):
            plain = isinstance(test, ast.Name | ast.Attribute)
            if plain and (text := ast.unparse(test)) in names:
                yield source_finding(
                    Cause.TRUTH,
                    text,
                    f"{function.name} asks a tensor whether it is true: one that holds a zero "
                    "counts as None, and one of several elements raises",
                    got=ast.unparse(node),
                    wanted=f"{text} is not None",
                    where=source.place(test),
                )


def _conditions(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.If | ast.IfExp | ast.While | ast.Assert):
        return [node.test]
    if isinstance(node, ast.BoolOp):
        return node.values
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return [node.operand]
    return []
