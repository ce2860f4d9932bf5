"""What stands in for functions of Python and of Triton's language inside a kernel."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Any

import triton.language as tl

from conformance.lockstep.language.conditions import truth
from conformance.lockstep.language.constants import plain
from conformance.lockstep.language.recipes import applied
from conformance.lockstep.machine import MACHINE, unsupported
from conformance.lockstep.operations.semantic import BUILDER, SEMANTIC
from conformance.triton_internals import base_value, unwrap


def static_range(*bounds: Any, step: Any = None, **_: Any) -> range:
    """``tl.static_range``: the induction variable is a Python number."""
    values = [plain(bound) for bound in (*bounds, *([step] if step is not None else []))]
    if len(bounds) == 1 and step is not None:
        values = [0, *values]
    return range(*[int(value) for value in values if value is not None])


def extreme(python: Callable, builtin: Callable) -> Callable:
    """Python's ``min`` or ``max`` (``python``), by ``builtin`` where a value is a tensor."""

    def choose(*arguments: Any) -> Any:
        values = unwrap(list(arguments[0] if len(arguments) == 1 else arguments))
        if not any(isinstance(value, tl.tensor) for value in values):
            return python(values)
        result = values[0]
        for value in values[1:]:
            result = applied(builtin, result, value)
        return result

    return choose


def is_instance(value: Any, kinds: Any) -> bool:
    """``isinstance``, for which a plain value is a constexpr, as constexpr arguments are here."""
    kinds = kinds if isinstance(kinds, tuple) else (kinds,)
    return isinstance(value, kinds) or (tl.constexpr in kinds and not isinstance(value, base_value))


def device_print(*values: Any, **keywords: Any) -> None:
    """``tl.device_print``."""
    prefix = values[0] if values and isinstance(values[0], str) else ""
    rest = values[1:] if prefix else values
    tl.device_print(prefix, *rest, **keywords, _semantic=SEMANTIC)


def python_print(*values: Any, **keywords: Any) -> None:
    """``print``, which is ``tl.device_print`` in a kernel; what is no number is printed once."""
    rest = values[1:] if values and isinstance(values[0], str) else values
    if all(isinstance(plain(each), tl.tensor | bool | int | float) for each in rest):
        device_print(*values, **keywords)
        return
    separator = keywords.get("sep") or " "
    MACHINE.printed.add(separator.join(str(plain(each)) for each in values))


def static_assert(condition: Any, message: str = "") -> None:
    """``tl.static_assert``."""
    assert truth(condition), plain(message)


def static_print(*values: Any, **keywords: Any) -> None:
    """``tl.static_print``: of a tensor its type, for a compiler knows no more."""
    shown = [plain(value) for value in values]
    types = [tl.tensor.__str__(v) if isinstance(v, tl.tensor) else v for v in shown]
    builtins.print(*types, **keywords)


def assertion(condition: Any, message: Any = "") -> None:
    """``assert condition, message``: static ones always, dynamic ones in debug launches."""
    if isinstance(condition, tl.tensor):
        if BUILDER.options.debug:
            BUILDER.create_assert(condition.handle, message)
    else:
        assert truth(condition), message


def refused(name: str) -> Callable:
    """Stands in for what raises ``UnsupportedFeature``; ``name`` is that of the feature."""

    def refuse(*_: Any, **__: Any) -> None:
        raise unsupported(name)

    return refuse


def same(value: Any, *_: Any, **__: Any) -> Any:
    """Stands in for hints to the compiler."""
    return value
