"""Tests that ask a tensor whether it is true.

Of a tensor with one element that is the element's value, so that a zero counts as no tensor; of a
larger one it raises.
"""

import ast
from collections.abc import Iterator

from conformance.sources.comparing.finding import Cause, SourceFinding, source_finding
from conformance.sources.reading.source import Source


def tensor_truths(source: Source) -> list[SourceFinding]:
    """Bare names and fields that are annotated as tensors and stand where a condition is asked."""
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
                    found += _asked(source, method, fields | _parameters(method))
    for function in source.functions.values():
        found += _asked(source, function, _parameters(function))
    return found


def _parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    a = function.args
    plain = [*a.posonlyargs, *a.args, *a.kwonlyargs]
    return {arg.arg for arg in plain if arg.annotation and _is_tensor(arg.annotation)}


def _is_tensor(annotation: ast.expr) -> bool:
    text = ast.unparse(annotation)
    parts = {part.strip() for part in text.replace("Optional[", "").rstrip("]").split("|")}
    return bool(parts & {"torch.Tensor", "Tensor"}) and parts <= {"torch.Tensor", "Tensor", "None"}


def _asked(source: Source, function, names: set[str]) -> Iterator[SourceFinding]:
    for node in source.inside(function):
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
