"""Annotations of parameters as types of schemas."""

import ast
from dataclasses import dataclass

from conformance.sources.registered.protocols import Evaluating
from conformance.sources.registered.values import (
    Alternatives,
    ClassValue,
    Outside,
    Scope,
    Unknown,
    Value,
)


class CannotInfer(Exception):
    """PyTorch would refuse to infer the schema, or the source does not say enough."""


_BASES = {
    "torch.Tensor": "Tensor",
    "torch._tensor.Tensor": "Tensor",
    "torch.FloatTensor": "",
    "int": "int",
    "float": "float",
    "bool": "bool",
    "str": "str",
    "torch.dtype": "ScalarType",
    "torch.types._dtype": "ScalarType",
    "torch.device": "Device",
    "torch.types.Number": "Scalar",
    "torch.distributed.distributed_c10d.GroupName": "str",
}
_SEQUENCES = {"typing.Sequence", "typing.List", "collections.abc.Sequence", "list"}
_OPTIONAL, _UNION, _TUPLE = "typing.Optional", "typing.Union", ("tuple", "typing.Tuple")
_PLAIN = {"typing.Annotated", "typing.Final", "typing_extensions.Annotated"}

# For each type: whether `type[]`, `type?[]` and `type[]?` are types of schemas.
_FORMS = {
    "Tensor": (True, True, False),
    "int": (True, False, True),
    "float": (True, False, True),
    "bool": (True, False, True),
    "str": (False, False, False),
    "Scalar": (True, False, False),
    "ScalarType": (False, False, False),
    "Device": (False, False, False),
}
_NUMBER = frozenset({"int", "float", "bool"})


@dataclass(frozen=True)
class Annotated:
    """An annotation: ``kind`` is ``base``, ``list``, ``tuple``, ``union`` or ``none``."""

    kind: str
    base: str = ""
    parts: tuple["Annotated", ...] = ()


NONE = Annotated("none")


def parameter_type(evaluation: Evaluating, node: ast.expr | None, scope: Scope) -> str:
    """The type of a schema for the annotation of a parameter. Raises `CannotInfer`."""
    if node is None:
        raise CannotInfer("a parameter has no annotation")
    annotated = read_annotation(evaluation, node, scope)
    if (text := _type(annotated)) is None:
        raise CannotInfer(f"parameters of type {ast.unparse(node)} are not supported")
    return text


def _type(annotated: Annotated) -> str | None:
    if annotated.kind == "base":
        return annotated.base
    if annotated.kind == "list":
        inner = _type(annotated.parts[0])
        if inner is None:
            return None
        base, optional = inner.removesuffix("?"), inner.endswith("?")
        forms = _FORMS.get(base, (False, False, False))
        return f"{inner}[]" if forms[1 if optional else 0] else None
    if annotated.kind == "union":
        rest = [part for part in annotated.parts if part != NONE]
        optional = len(rest) < len(annotated.parts)
        inner = _alone(rest)
        if inner is None or not optional:
            return inner
        if inner.endswith("[]"):
            base = inner.removesuffix("[]")
            return f"{inner}?" if _FORMS.get(base, (False,) * 3)[2] else None
        return f"{inner}?"
    return None


def _alone(parts: list[Annotated]) -> str | None:
    if len(parts) == 1:
        return _type(parts[0])
    bases = {part.base for part in parts if part.kind == "base"}
    return "Scalar" if len(parts) == len(bases) and bases == _NUMBER else None


def read_annotation(evaluation: Evaluating, node: ast.expr, scope: Scope) -> Annotated:
    """An annotation, with aliases resolved and strings parsed. Raises `CannotInfer`."""
    if isinstance(node, ast.Constant):
        if node.value is None:
            return NONE
        if isinstance(node.value, str):
            try:
                inner = ast.parse(node.value.strip(), mode="eval").body
            except SyntaxError:
                raise CannotInfer(f"{node.value!r} is no annotation") from None
            return read_annotation(evaluation, inner, scope)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        parts = [read_annotation(evaluation, side, scope) for side in (node.left, node.right)]
        return _union(parts)
    if isinstance(node, ast.Subscript):
        return _subscript(evaluation, node, scope)
    alias = _alias(evaluation, node, scope)
    if alias is not None:
        return read_annotation(evaluation, *alias)
    return of_value(evaluation.of(node, scope), ast.unparse(node))


def of_value(value: Value, text: str) -> Annotated:
    """The annotation that a name stands for."""
    if value is None:
        return NONE
    if isinstance(value, Alternatives):
        found = {of_value(each, text) for each in value.values}
        if len(found) == 1:
            return found.pop()
        raise CannotInfer(f"only running the code tells what the annotation {text} is")
    if isinstance(value, Outside):
        if base := _BASES.get(value.dotted):
            if base == "Scalar":
                return _union([Annotated("base", name) for name in sorted(_NUMBER)])
            return Annotated("base", base)
        raise CannotInfer(f"the type {value.dotted} is not supported")
    if isinstance(value, ClassValue):
        return Annotated("base", f"class {value.source.module}.{value.node.name}")
    if isinstance(value, Unknown):
        raise CannotInfer(f"only running the code tells what the annotation {text} is")
    raise CannotInfer(f"{text} is no annotation")


def _subscript(evaluation: Evaluating, node: ast.Subscript, scope: Scope) -> Annotated:
    owner = evaluation.of(node.value, scope)
    name = owner.dotted if isinstance(owner, Outside) else ""
    inner = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    if name in _PLAIN:
        return read_annotation(evaluation, inner[0], scope)
    if name in _TUPLE:
        parts = [n for n in inner if not (isinstance(n, ast.Constant) and n.value is ...)]
        read = tuple(read_annotation(evaluation, part, scope) for part in parts)
        more = "..." if len(parts) < len(inner) else ""
        return Annotated("tuple", more, read)
    parts_read = [read_annotation(evaluation, part, scope) for part in inner]
    if name in _SEQUENCES and len(parts_read) == 1:
        # What a plain `list` may be in a result, a `Sequence` may not.
        kind = "list" if name in ("list", "typing.List") else "sequence"
        return Annotated("list", kind, tuple(parts_read))
    if name == _OPTIONAL and len(parts_read) == 1:
        return _union([*parts_read, NONE])
    if name == _UNION:
        return _union(parts_read)
    raise CannotInfer(f"{ast.unparse(node)} is not supported")


def _union(parts: list[Annotated]) -> Annotated:
    flat: list[Annotated] = []
    for part in parts:
        for each in part.parts if part.kind == "union" else (part,):
            if each not in flat:
                flat.append(each)
    return flat[0] if len(flat) == 1 else Annotated("union", "", tuple(sorted(flat, key=repr)))


def _alias(evaluation: Evaluating, node: ast.expr, scope: Scope) -> tuple[ast.expr, Scope] | None:
    """The annotation that a name at the top of a file is assigned, and the scope it is read in."""
    if not isinstance(node, ast.Name):
        return None
    found = evaluation.names.alias(scope.source, node.id)
    return None if found is None else (found[1], evaluation.names.scope_of(found[0]))
