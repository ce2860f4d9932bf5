"""Sizes, dtypes and strides in the body of a fake kernel, as expressions of its arguments."""

import ast
import copy
from dataclasses import dataclass, field, replace

from conformance.schemas.schema import FakeResult
from conformance.sources.registered.protocols import Evaluating
from conformance.sources.registered.values import FunctionValue, Outside

_ALLOWED = (
    *(ast.Name, ast.Attribute, ast.Subscript, ast.Constant, ast.BinOp, ast.UnaryOp, ast.Call),
    *(ast.Load, ast.Slice, ast.Tuple, ast.Starred, ast.operator, ast.unaryop, ast.keyword),
    *(ast.IfExp, ast.Compare, ast.cmpop, ast.BoolOp, ast.boolop),
)
_CALLS = {"len", "min", "max", "int", "math.prod", "math.ceil"}
_METHODS = {"size", "numel", "dim", "stride", "element_size"}


@dataclass(eq=False)
class Sizes:
    """Names of a fake's body, replaced by what they were assigned."""

    evaluation: Evaluating
    function: FunctionValue
    renamed: dict[str, str]
    _known: dict[str, ast.expr | None] = field(default_factory=dict)

    def is_argument(self, name: str) -> bool:
        """Whether a name, after replacing, is an argument of the operator."""
        return name in self.renamed.values()

    def assign(self, target: ast.expr, value: ast.expr) -> None:
        """Remember an assignment; ``a, b = x.shape`` gives ``x.shape[0]``, ``x.shape[1]``."""
        value = self.replaced(value)
        if isinstance(target, ast.Name):
            self._known[target.id] = value
        elif isinstance(target, ast.Tuple | ast.List):
            for index, part in enumerate(target.elts):
                if not isinstance(part, ast.Name):
                    self.forget(part)
                elif isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(
                    target.elts
                ):
                    self._known[part.id] = value.elts[index]
                elif _plain(target) and _is_shape(value):
                    self._known[part.id] = ast.Subscript(value, ast.Constant(index), ast.Load())
                else:
                    self._known[part.id] = None
        else:
            self.forget(target)

    def forget(self, node: ast.AST) -> None:
        """Names that are assigned in a node are not known any more."""
        for inner in ast.walk(node):
            if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
                self._known[inner.id] = None

    def replaced(self, node: ast.expr) -> ast.expr:
        """The expression with names replaced, parameters by the operator's names."""
        return _Replacing(self._known, self.renamed).visit(copy.deepcopy(node))

    def dotted(self, node: ast.expr) -> str:
        """The full name of a function that is called."""
        return self.function.source.dotted(node) or ""

    def like(self, node: ast.expr) -> FakeResult:
        """A result that is as a tensor in shape, dtype and strides."""
        text = self.text(node)
        if text is None or not text.isidentifier():
            return FakeResult()
        return FakeResult((f"*{text}.shape",), f"{text}.dtype", f"as {text}")

    def shape(self, parts: list[ast.expr] | None) -> tuple[str, ...] | None:
        """Sizes as texts; None if one is not plain."""
        texts = [self.text(part) for part in parts or [None]]  # type: ignore[list-item]
        return None if None in texts else tuple(text for text in texts if text is not None)

    def dtype_of(self, owner: ast.expr) -> str | None:
        """The dtype of a tensor that makes another one."""
        text = self.text(owner)
        return f"{text}.dtype" if text is not None and text.isidentifier() else None

    def changed(self, result: FakeResult, given: dict) -> FakeResult:
        """The result with what the keywords ``dtype`` and ``memory_format`` say."""
        if (dtype := given.get("dtype")) is not None:
            value = self.evaluation.of(dtype, self.function.scope)
            text = self.text(dtype)
            if isinstance(value, Outside) and value.dotted.startswith("torch."):
                text = value.dotted.removeprefix("torch.")
            result = replace(result, dtype=text)
        if (form := given.get("memory_format")) is not None:
            dense = ast.unparse(form).endswith("contiguous_format")
            result = replace(result, strides="contiguous" if dense else None)
        return result

    def text(self, node: ast.expr | None) -> str | None:
        """The text of an expression of arguments; None if it holds anything else."""
        if node is None:
            return None
        for inner in ast.walk(node):
            if not isinstance(inner, _ALLOWED):
                return None
            if isinstance(inner, ast.Call) and not self._may_call(inner):
                return None
        called = {id(n.func) for n in ast.walk(node) if isinstance(n, ast.Call)}
        for inner in ast.walk(node):
            if isinstance(inner, ast.Name) and id(inner) not in called:
                whole = inner.id in self.renamed.values() or inner.id in ("math", "triton", "torch")
                if not whole:
                    return None
        return ast.unparse(_Canonical().visit(copy.deepcopy(node)))

    def _may_call(self, call: ast.Call) -> bool:
        dotted = self.dotted(call.func)
        if dotted in _CALLS or dotted.endswith(("cdiv", "next_power_of_2", "round_up")):
            return True
        return isinstance(call.func, ast.Attribute) and call.func.attr in _METHODS


class _Replacing(ast.NodeTransformer):
    def __init__(self, known: dict[str, ast.expr | None], renamed: dict[str, str]) -> None:
        self._known, self._renamed = known, renamed

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id in self._known:
            known = self._known[node.id]
            unknown = ast.Name(f"{node.id}?", ast.Load())
            return unknown if known is None else copy.deepcopy(known)
        return ast.Name(self._renamed.get(node.id, node.id), node.ctx)


class _Canonical(ast.NodeTransformer):
    """``x.size(0)`` is ``x.shape[0]``."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.func, ast.Attribute) and node.func.attr == "size":
            shape = ast.Attribute(node.func.value, "shape", ast.Load())
            if len(node.args) == 1 and not node.keywords:
                return ast.Subscript(shape, node.args[0], ast.Load())
            if not node.args:
                return shape
        return node


def _plain(target: ast.Tuple | ast.List) -> bool:
    return not any(isinstance(part, ast.Starred) for part in target.elts)


def _is_shape(node: ast.expr) -> bool:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr == "size" and not node.args
    return isinstance(node, ast.Attribute) and node.attr == "shape"
