"""A lock as a text that people review: one JSON, sorted, the same for the same lock."""

import json
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from conformance.schemas.lock import Lock, LockedFunction, LockedKernel, LockedOperator
from conformance.schemas.parameters import parameter_texts
from conformance.schemas.schema import FakeResult
from conformance.schemas.text import schema_text

FORM = 1
"""The form of the file. Another number is another form."""
_WIDTH = 100
T = TypeVar("T")


def lock_text(lock: Lock) -> str:
    """The text of a lock. Raises ``ValueError`` if two different entries have one name."""
    return _pretty(lock_data(lock), 0) + "\n"


def lock_data(lock: Lock) -> dict[str, Any]:
    """What :func:`lock_text` writes, as data of JSON. What is empty is left out."""
    parts: dict[str, Any] = {
        "operators": _named(lock.operators, lambda each: each.schema.full_name, _operator),
        "kernels": _named(lock.kernels, lambda each: each.name, _kernel),
        "functions": _named(lock.functions, lambda each: each.name, _function),
        "switches": _named(lock.switches, lambda each: each.name, lambda each: each.default),
    }
    filled = {name: part for name, part in parts.items() if part}
    return {"lock": FORM, "namespace": lock.namespace, **filled}


def _named(
    entries: Iterable[T], name: Callable[[T], str], data: Callable[[T], Any]
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for entry in entries:
        given = data(entry)
        if found.setdefault(name(entry), given) != given:
            raise ValueError(f"{name(entry)}: a lock holds each name once, and this has two")
    return dict(sorted(found.items()))


def _operator(operator: LockedOperator) -> dict[str, Any]:
    fake = None if operator.fake is None else [_fake(result) for result in operator.fake]
    return _filled(
        schema=schema_text(operator.schema),
        fake=fake,
        registered=operator.registered,
        keys=sorted(set(operator.keys)),
        tags=sorted(set(operator.tags)),
        body=operator.body,
    )


def _fake(result: FakeResult) -> dict[str, Any]:
    shape = None if result.shape is None else list(result.shape)
    return _filled(shape=shape, dtype=result.dtype, strides=result.strides)


def _kernel(kernel: LockedKernel) -> dict[str, Any]:
    return {
        "parameters": parameter_texts(kernel.parameters),
        **_filled(constexprs=sorted(set(kernel.constexprs)), body=kernel.body),
    }


def _function(function: LockedFunction) -> dict[str, Any]:
    return {
        "parameters": parameter_texts(function.parameters),
        **_filled(returns=function.returns, body=function.body),
    }


def _filled(**values: Any) -> dict[str, Any]:
    """Without what is empty; an empty shape or list of results says something, and stays."""
    said = {"fake", "shape"}
    return {
        name: value for name, value in values.items() if value or (name in said and value == [])
    }


def _pretty(value: Any, depth: int) -> str:
    line = json.dumps(value, ensure_ascii=False)
    outer = isinstance(value, dict) and depth < 3
    if not isinstance(value, (dict, list)) or not value:
        return line
    if not outer and depth + len(line) <= _WIDTH:
        return line
    indent = " " * (depth + 1)
    if isinstance(value, dict):
        rows = [
            f"{json.dumps(k, ensure_ascii=False)}: {_pretty(v, depth + 1)}"
            for k, v in value.items()
        ]
    else:
        rows = [_pretty(each, depth + 1) for each in value]
    inner = f",\n{indent}".join(rows)
    begin, end = ("{", "}") if isinstance(value, dict) else ("[", "]")
    return f"{begin}\n{indent}{inner}\n{' ' * depth}{end}"
