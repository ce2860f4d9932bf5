"""The schema of a function from its annotations, as ``torch.library.infer_schema`` infers it.

The rules are those of torch/_library/infer_schema.py.
"""

import ast

from conformance.sources.registered.inferring.annotations import CannotInfer, parameter_type
from conformance.sources.registered.inferring.returns import return_type
from conformance.sources.registered.protocols import Evaluating
from conformance.sources.registered.values import (
    Alternatives,
    FunctionValue,
    Outside,
    Unknown,
    Value,
)

__all__ = ["CannotInfer", "infer_schema"]

UNKNOWN = "unknown"
"""What ``mutates_args`` says if every tensor may be written."""


def infer_schema(evaluation: Evaluating, function: FunctionValue, mutates: Value) -> str:
    """``(Tensor x, int k=1) -> Tensor``. Raises `CannotInfer` where PyTorch would raise."""
    node = function.node
    if isinstance(node, ast.Lambda):
        raise CannotInfer("a lambda has no annotations")
    written = _written(mutates)
    a = node.args
    if a.posonlyargs or a.vararg or a.kwarg:
        raise CannotInfer("positional-only parameters, *args and **kwargs are not supported")
    plain = list(a.args)[function.owner is not None :]
    first = len(plain) - len(a.defaults)
    parameters = [(p, a.defaults[i - first] if i >= first else None) for i, p in enumerate(plain)]
    texts, seen = [], set()
    for index, (parameter, default) in enumerate(
        [*parameters, *zip(a.kwonlyargs, a.kw_defaults, strict=True)]
    ):
        if index == len(parameters):
            texts.append("*")
        name = parameter.arg
        seen.add(name)
        type_ = parameter_type(evaluation, parameter.annotation, function.scope)
        if type_.startswith("Tensor") and (written == UNKNOWN or name in written):
            type_ = f"Tensor(a{index}!){type_[len('Tensor') :]}"
        elif written != UNKNOWN and name in written:
            raise CannotInfer(f"{name} is no tensor and cannot be written")
        default_text = "" if default is None else f"={_default(evaluation, default, function)}"
        texts.append(f"{type_} {name}{default_text}")
    if written != UNKNOWN and (missing := set(written) - seen):
        raise CannotInfer(f"no parameter {', '.join(sorted(missing))}")
    results = return_type(evaluation, node.returns, function.scope)
    return f"({', '.join(texts)}) -> {results}"


def _written(mutates: Value) -> str | tuple[str, ...]:
    if mutates == UNKNOWN:
        return UNKNOWN
    if isinstance(mutates, Outside) and mutates.dotted == "set":
        return ()
    names = tuple(mutates) if isinstance(mutates, list | tuple | dict | set | frozenset) else None
    if names is None or not all(isinstance(name, str) for name in names):
        raise CannotInfer("mutates_args is no constant")
    return names


def _default(evaluation: Evaluating, node: ast.expr, function: FunctionValue) -> str:
    if isinstance(node, ast.Call):
        made = ast.unparse(node.func), [ast.unparse(argument) for argument in node.args]
        if made[0] == "float" and len(made[1]) == 1:
            return str(float(ast.literal_eval(made[1][0])))
        if made[0].endswith("device") and len(made[1]) == 1:
            return f'"{ast.literal_eval(made[1][0])}"'
    value = evaluation.of(node, function.scope)
    if value is None or isinstance(value, int | float):
        return str(value)
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, Outside) and value.dotted.startswith("torch."):
        return value.dotted.removeprefix("torch.")
    if isinstance(value, Outside) and value.dotted in ("math.inf", "float.inf"):
        return "inf"
    kind = "no constant" if isinstance(value, Unknown | Alternatives) else type(value).__name__
    raise CannotInfer(f"the default {ast.unparse(node)} is {kind}")
