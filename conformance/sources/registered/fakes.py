"""What a fake kernel says of its results, where its body says it plainly."""

import ast

from conformance.schemas.schema import FakeResult, Schema
from conformance.sources.registered.fake_sizes import Sizes
from conformance.sources.registered.protocols import Evaluating
from conformance.sources.registered.values import FunctionValue

_LIKE = {"empty_like", "zeros_like", "ones_like", "rand_like", "randn_like", "full_like"}
_MADE = {"empty", "zeros", "ones", "full", "rand", "randn"}
_NEW = {"new_empty", "new_zeros", "new_ones", "new_full"}
_FILLED = {"full", "new_full", "full_like"}
_NOTHING = FakeResult()


def results_of_fake(
    evaluation: Evaluating, function: FunctionValue, schema: Schema
) -> tuple[FakeResult, ...]:
    """One entry for each result; an empty one where the body does not say it plainly."""
    nothing = tuple(_NOTHING for _ in schema.results)
    node = function.node
    if isinstance(node, ast.Lambda):
        body: list[ast.stmt] = [ast.Return(node.body)]
    else:
        body = node.body
    sizes = Sizes(evaluation, function, _renamed(function, schema))
    returned = _returned(body, sizes)
    if returned is None:
        return nothing
    alone = len(schema.results) == 1 and not isinstance(returned, ast.Tuple)
    parts = [returned] if alone else list(getattr(returned, "elts", []))
    if len(parts) != len(schema.results):
        return nothing
    return tuple(_result(part, sizes) for part in parts)


def _renamed(function: FunctionValue, schema: Schema) -> dict[str, str]:
    """The arguments of the schema by the parameters of the fake, which may be named otherwise."""
    a = function.node.args
    plain = [p.arg for p in (*a.posonlyargs, *a.args)][function.owner is not None :]
    found = dict(zip(plain, (argument.name for argument in schema.arguments), strict=False))
    names = {argument.name for argument in schema.arguments}
    return found | {p.arg: p.arg for p in a.kwonlyargs if p.arg in names}


def _returned(body: list[ast.stmt], sizes: Sizes) -> ast.expr | None:
    """What a body returns on all its paths; None if paths differ or something else happens."""
    for statement in body:
        match statement:
            case ast.Return():
                return None if statement.value is None else sizes.replaced(statement.value)
            case ast.Assign() if len(statement.targets) == 1:
                sizes.assign(statement.targets[0], statement.value)
            case ast.AnnAssign() if statement.value is not None:
                sizes.assign(statement.target, statement.value)
            case ast.If() if _only_refuses(statement.body) and not statement.orelse:
                pass
            case ast.Assert() | ast.Pass() | ast.Import() | ast.ImportFrom() | ast.Delete():
                pass
            case ast.Expr() if isinstance(statement.value, ast.Constant | ast.Call):
                pass
            case ast.FunctionDef():
                pass
            case _:
                inner = [n for n in ast.walk(statement) if isinstance(n, ast.Return)]
                if inner:
                    return None
                sizes.forget(statement)
    return None


def _only_refuses(body: list[ast.stmt]) -> bool:
    return all(isinstance(statement, ast.Raise | ast.Expr | ast.Assert) for statement in body)


def _result(node: ast.expr, sizes: Sizes) -> FakeResult:
    if isinstance(node, ast.Name):
        return sizes.like(node) if sizes.is_argument(node.id) else _NOTHING
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return _NOTHING
    given = {keyword.arg: keyword.value for keyword in node.keywords}
    method, owner = node.func.attr, node.func.value
    dotted = sizes.dotted(node.func)
    if method in _LIKE and dotted == f"torch.{method}" and node.args:
        return sizes.changed(sizes.like(node.args[0]), given)
    if method in _MADE and dotted == f"torch.{method}":
        size = _size(node, given, method in _FILLED)
        made = FakeResult(sizes.shape(size), None, "contiguous")
        return sizes.changed(made, given)
    if method in _NEW:
        size = _size(node, given, method in _FILLED)
        made = FakeResult(sizes.shape(size), sizes.dtype_of(owner), "contiguous")
        return sizes.changed(made, given)
    if method == "clone" and not node.args:
        return sizes.changed(sizes.like(owner), given)
    return _NOTHING


def _size(node: ast.Call, given: dict, filled: bool) -> list[ast.expr] | None:
    size = given.get("size")
    arguments = [size] if size is not None else list(node.args[:1] if filled else node.args)
    if len(arguments) == 1:
        only = arguments[0]
        if isinstance(only, ast.Tuple | ast.List):
            return list(only.elts)
        if isinstance(only, ast.Attribute | ast.Subscript | ast.BinOp | ast.Call):
            return [ast.Starred(only)] if _is_shape(only) else [only]
    return arguments or None


def _is_shape(node: ast.expr) -> bool:
    if isinstance(node, ast.BinOp):
        return _is_shape(node.left) or isinstance(node.left, ast.Tuple | ast.List)
    if isinstance(node, ast.Subscript):
        return isinstance(node.slice, ast.Slice) and _is_shape(node.value)
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Attribute) and node.func.attr == "size" and not node.args
    return isinstance(node, ast.Attribute) and node.attr == "shape"
