"""Annotations of results as types of schemas."""

import ast

from conformance.sources.registered.inferring.annotations import (
    NONE,
    Annotated,
    CannotInfer,
    read_annotation,
)
from conformance.sources.registered.protocols import Evaluating
from conformance.sources.registered.values import Scope

_BASES = {"Tensor", "int", "float", "bool"}
_NUMBER = {Annotated("base", name) for name in ("int", "float", "bool")}


def return_type(evaluation: Evaluating, node: ast.expr | None, scope: Scope) -> str:
    """``Tensor``, ``()``, ``(Tensor, int)``. Raises `CannotInfer`."""
    if node is None:
        raise CannotInfer("it has no annotation of what it returns")
    annotated = read_annotation(evaluation, node, scope)
    if annotated == NONE:
        return "()"
    if annotated.kind == "tuple" and not annotated.base:
        parts = ", ".join(_single(part, node) for part in annotated.parts)
        return f"(({parts}))" if len(annotated.parts) == 1 else f"({parts})"
    return _single(annotated, node)


def _single(annotated: Annotated, node: ast.expr) -> str:
    if annotated.kind == "base" and annotated.base in _BASES:
        return annotated.base
    if annotated == Annotated("list", "list", (Annotated("base", "Tensor"),)):
        return "Tensor[]"
    if annotated.kind == "union" and set(annotated.parts) == _NUMBER:
        return "Scalar"
    raise CannotInfer(f"results of type {ast.unparse(node)} are not supported")
