"""What torch knows of registered operators, as locks."""

import hashlib
import inspect
import re
import sys
import textwrap
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from conformance import torch_registry
from conformance.registrations.promised import promised
from conformance.registrations.registered import Registered, find_registered
from conformance.schemas.lock import Lock, LockedOperator
from conformance.schemas.schema import Schema
from conformance.schemas.text import parse_schema

_CPP_FOLDERS = ("csrc", "src", "aten", "include")


def schema_of(registered: Registered) -> Schema:
    """The schema that torch has for an operator."""
    return parse_schema(str(registered.schema))


def locked(name: str, where: str = "") -> LockedOperator:
    """Everything that a lock keeps of the operator ``name``, ``ns::op`` or ``ns::op.overload``.

    ``where`` is ``FILE`` or ``FILE:LINE`` that registered it, as far as it is known; what torch
    tells of an operator of C++ counts otherwise. Raises
    :class:`conformance.catalogue.objects.SubjectNotFound`.
    """
    registered = find_registered(name)
    dispatch_name = registered.dispatch_name
    return LockedOperator(
        schema_of(registered),
        tags=tuple(sorted(str(tag).split(".")[-1] for tag in registered.overload.tags)),
        fake=promised(registered),
        registered=_place(where or _told(dispatch_name)),
        keys=tuple(sorted(torch_registry.keys_with_kernels(dispatch_name))),
        body=_body(name),
    )


def locks_of(operators: Iterable[str], where: Mapping[str, str]) -> list[Lock]:
    """A lock for each namespace of these operators, sorted by name."""
    found: dict[str, list[LockedOperator]] = {}
    for name in sorted(set(operators)):
        found.setdefault(name.partition("::")[0], []).append(locked(name, where.get(name, "")))
    return [Lock(namespace, tuple(entries)) for namespace, entries in sorted(found.items())]


def _told(dispatch_name: str) -> str:
    """The place in C++ that torch tells of an operator; empty for one of Python."""
    match = re.search(r"^debug: registered at (.+):\d+$", torch_registry.table_of(dispatch_name),
                      re.MULTILINE)  # fmt: skip
    place = match.group(1) if match else ""
    return "" if place.endswith(".py") else place


def _place(where: str) -> str:
    """The path of a file from the root of its package: the same on every machine."""
    file = re.sub(r":\d+$", "", where)
    if not file:
        return ""
    for name, module in sorted(sys.modules.items()):
        if getattr(module, "__file__", None) == file and name != "__main__" and "." in name:
            package = "__init__.py" if file.endswith("__init__.py") else ""
            path = name.replace(".", "/")
            return f"{path}/{package}" if package else f"{path}.py"
    parts = PurePosixPath(file.replace("\\", "/")).parts
    for folder in _CPP_FOLDERS:
        if folder in parts[:-1] and not file.endswith(".py"):
            return "/".join(parts[parts.index(folder) :])
    return Path(file).name


def _body(name: str) -> str:
    """The sha256 of the lines of the kernel, if it is a function of Python with a source."""
    function = torch_registry.kernel_of(name)
    try:
        lines = inspect.getsource(function).splitlines() if function else []
    except (OSError, TypeError):
        return ""
    start = next((at for at, line in enumerate(lines) if re.match(r"\s*(async )?def ", line)), 0)
    text = textwrap.dedent("\n".join(lines[start:])).strip()
    kept = "\n".join(line.rstrip() for line in text.splitlines())
    return hashlib.sha256(kept.encode()).hexdigest() if kept else ""
