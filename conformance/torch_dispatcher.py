"""What torch's dispatcher knows of operators, and who registers what while somebody watches.

One of the modules that touch torch's internals; see :mod:`conformance.torch_internals`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import torch

_TORCH = str(Path(torch.__file__).parent) + os.sep
_MACHINERY = tuple(f"{_TORCH}{name}" for name in ("library.py", "_library", "_custom_op"))


def registered_operators() -> dict[str, dict[str, str]]:
    """Every operator with a schema by its full name, with the kernel that each dispatch key has.

    A kernel is told as the dispatcher prints it: where it was registered, and for which function.
    Keys with ``[inactive]`` hold kernels that a later one replaced.
    """
    found = {}
    for name in torch._C._dispatch_get_all_op_names():
        dump = torch._C._dispatch_dump(name)
        # A library that implements an operator which nobody defines leaves its name.
        if "\nschema: (none)\n" not in dump:
            found[name] = _kernels(dump)
    return found


def _kernels(dump: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in dump.splitlines():
        key, colon, kernel = line.partition(": ")
        if colon and key not in ("name", "schema", "debug", "alias analysis kind", "catchall"):
            while key in found:
                key += "'"
            found[key] = kernel
    return found


@dataclass(frozen=True)
class Registration:
    """Something that was asked of a ``torch.library.Library``.

    ``what`` is ``define``, ``kernel``, ``fallback`` or ``remove``. ``operator`` is a full name, and
    ``_`` for a fallback. ``key`` is a dispatch key. ``where`` is the file and line that asked, the
    module's where a module calls a helper of another file. ``by_torch`` says that torch registers
    something of its own, as some of its modules do if imported. ``refused`` is what torch raised.
    """

    what: str
    operator: str
    key: str
    where: str
    by_torch: bool
    refused: str = ""


@contextmanager
def watched_registrations() -> Iterator[list[Registration]]:
    """While open, what Python code asks of ``Library`` is noted, in order; nothing else changes.

    Libraries of C++ do not come by here. Not for several threads.
    """
    noted: list[Registration] = []
    library: Any = torch.library.Library
    originals = {name: getattr(library, name) for name in ("define", "impl", "fallback")}
    originals["_destroy"] = library._destroy

    def note(call: Callable[[], Any], what: str, operator: str, key: str) -> Any:
        where = caller()
        try:
            result = call()
        except Exception as error:
            noted.append(Registration(what, operator, key, *where, _first_line(error)))
            raise
        noted.append(Registration(what, operator, key, *where))
        return result

    def define(self: Any, schema: str, *rest: Any, **keywords: Any) -> Any:
        name = f"{self.ns}::{schema.partition('(')[0].strip()}"
        return note(
            lambda: originals["define"](self, schema, *rest, **keywords), "define", name, ""
        )

    def impl(
        self: Any, op_name: Any, fn: Any, dispatch_key: str = "", *rest: Any, **keywords: Any
    ) -> Any:
        text = op_name if isinstance(op_name, str) else str(op_name.name())
        name = text if "::" in text else f"{self.ns}::{text}"
        key = dispatch_key or self.dispatch_key or "CompositeImplicitAutograd"
        return note(
            lambda: originals["impl"](self, op_name, fn, dispatch_key, *rest, **keywords),
            "kernel",
            name,
            key,
        )

    def fallback(self: Any, fn: Any, dispatch_key: str = "", *rest: Any, **keywords: Any) -> Any:
        return note(
            lambda: originals["fallback"](self, fn, dispatch_key, *rest, **keywords),
            "fallback",
            "_",
            dispatch_key or self.dispatch_key,
        )

    def destroy(self: Any) -> Any:
        for name in sorted(self._op_defs):
            noted.append(Registration("remove", name, "", *caller()))
        return originals["_destroy"](self)

    library.define, library.impl, library.fallback = define, impl, fallback
    library._destroy = destroy
    try:
        yield noted
    finally:
        for name, original in originals.items():
            setattr(library, name, original)


def caller() -> tuple[str, bool]:
    """``FILE:LINE`` of who asks for a registration, and whether that is torch itself.

    Neither this file nor ``torch.library`` asks. Of the rest, the innermost line of the file whose
    module is being run; if none is, the innermost line of all.
    """
    places: list[tuple[str, int]] = []
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        file = frame.f_code.co_filename
        if file != __file__ and not file.startswith((*_MACHINERY, "<frozen")):
            places.append((file, frame.f_lineno))
            if frame.f_code.co_name == "<module>":
                break
        frame = frame.f_back
    if not places:
        return "", True
    running = places[-1][0]
    line = next(line for file, line in places if file == running)
    return f"{running}:{line}", places[0][0].startswith(_TORCH)


def changed_compiler_settings() -> dict[str, str]:
    """Settings of torch's compiler that are not its defaults; none where it was not imported."""
    found: dict[str, str] = {}
    for name in ("torch._dynamo.config", "torch._inductor.config", "torch._functorch.config"):
        config: Any = sys.modules.get(name)
        if config is None:
            continue
        for key in sorted(config._config):
            entry = config._config[key]
            if entry.alias is None and not config._is_default(key):
                found[f"{name}.{key}"] = repr(getattr(config, key))[:200]
    return found


def _first_line(error: BaseException) -> str:
    text = str(error).strip()
    return f"{type(error).__name__}: {text.splitlines()[0] if text else ''}"[:300]
