"""What an import may change of the process, as far as Python itself goes."""

import builtins
import hashlib
import locale
import logging
import os
import random
import signal
import sys
import threading
import warnings
from collections.abc import Mapping
from typing import Any, NamedTuple


class Value(NamedTuple):
    """A text for people, and the object itself where only that tells one from another."""

    text: str
    object: Any = None

    def same(self, other: "Value") -> bool:
        return self.text == other.text and self.object is other.object


_TIMER = "torch._inductor.compile_worker.timer"
"""The module whose threads come and go by themselves."""
State = Mapping[str, Mapping[str, Value]]
"""Kinds of things, by id, each with its members by name."""


def python_state() -> dict[str, dict[str, Value]]:
    """The state of this process by kind. Ids are stable: checks and waivers name them."""
    return {
        "environ": {name: Value(value) for name, value in os.environ.items()},
        "sys.path": {entry: Value("searched") for entry in sys.path},
        "sys.meta_path": _listed(filter(_is_foreign, map(type_name, sys.meta_path))),
        "sys.excepthook": _one(sys.excepthook),
        "sys.displayhook": _one(sys.displayhook),
        "sys.recursionlimit": {"": Value(str(sys.getrecursionlimit()))},
        "sys.stdout": _one(sys.stdout),
        "sys.stderr": _one(sys.stderr),
        "signals": {each.name: described(signal.getsignal(each)) for each in _signals()},
        "locale": {"": Value(locale.setlocale(locale.LC_ALL))},
        "directory": {"": Value(_directory())},
        "umask": {"": Value(_umask())},
        "logging.level": {"": Value(logging.getLevelName(logging.getLogger().level))},
        "logging.handlers": _listed([type_name(each) for each in logging.getLogger().handlers]),
        "logging.disabled": {"": Value(str(logging.root.manager.disable))},
        "warnings.filters": {_filter(each): Value("set", each[2]) for each in warnings.filters},
        "random.state": {"": Value(digest(repr(random.getstate())))},
        "threads": _listed(sorted(t.name for t in threading.enumerate() if _stays(t))),
        "builtins": named(builtins),
    }


def _stays(thread: threading.Thread) -> bool:
    """Whether a thread is alive, and none that comes and goes by itself.

    Torch's compiler has a timer that ends when its workers had nothing to do for a while, and that
    begins anew when they have: also while something else is imported.
    """
    of = getattr(getattr(thread, "_target", None), "__module__", "")
    return thread.is_alive() and of != _TIMER


def named(owner: Any) -> dict[str, Value]:
    """The functions and classes that a module or class has, each as the object that it is."""
    found = dict(vars(owner))
    return {name: described(value) for name, value in found.items() if callable(value)}


def described(value: Any) -> Value:
    """An object that is told by its identity."""
    module, name = getattr(value, "__module__", ""), getattr(value, "__qualname__", "")
    text = f"{module}.{name}" if name else str(value)
    return Value(text[:200], value)


def digest(text: str | bytes) -> str:
    """A short text that is another one for another text."""
    raw = text.encode() if isinstance(text, str) else text
    return hashlib.sha256(raw).hexdigest()[:12]


def type_name(value: Any) -> str:
    """The type of an object, or its name if it is a class."""
    kind = value if isinstance(value, type) else type(value)
    return f"{kind.__module__}.{kind.__qualname__}"


def _listed(values: Any) -> dict[str, Value]:
    """A list as a whole: its order matters, and members may be there twice."""
    return {"": Value(", ".join(map(str, values)))}


def _is_foreign(name: str) -> bool:
    return not name.startswith(f"{__name__.partition('.')[0]}.")


def _one(value: Any) -> dict[str, Value]:
    return {"": described(value)}


def _signals() -> list[signal.Signals]:
    return [each for each in signal.valid_signals() if isinstance(each, signal.Signals)]


def _directory() -> str:
    try:
        return os.getcwd()
    except OSError:
        return "(gone)"


def _umask() -> str:
    # It can only be read by setting it.
    mask = os.umask(0o077)
    os.umask(mask)
    return f"{mask:03o}"


def _filter(entry: Any) -> str:
    action, message, category, module, line = entry
    words = [action, getattr(message, "pattern", message), category.__name__]
    words += [getattr(module, "pattern", module), line or None]
    return ":".join(str(word) for word in words if word is not None)
