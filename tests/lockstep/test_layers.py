"""In lockstep, in watched memory and in the emulation of rebel, imports lead one way only."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

HERE = Path(__file__).parents[2]
LOCKSTEP = ("", "launch", "language", "operations", "memory", "values", "machine")
REBEL = ("", "device", "npu", "install", "libdevice", "language", "launch", "memory", "values")
"""From the top to the ground: folders, and files that stand beside them; "" is the package."""

LAYERS = {
    "conformance.lockstep": LOCKSTEP,
    "conformance.vendors.rebel": (*REBEL, "watching"),
}


def modules(root: str) -> dict[str, Path]:
    """The modules of a package by their full names."""
    folder = HERE / root.replace(".", "/")
    names = {path: ".".join(path.relative_to(HERE).with_suffix("").parts)
             for path in folder.rglob("*.py")}  # fmt: skip
    return {name.removesuffix(".__init__"): path for path, name in names.items()}


def imports(path: Path, known: dict[str, Path]) -> set[str]:
    """Those of ``known`` that a module imports, inside of functions as well."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide where they lead"
            assert node.module is not None
            inner = {f"{node.module}.{each.name}" for each in node.names}
            found |= inner & set(known) or {node.module}
    return found


@pytest.mark.parametrize("root", [*LAYERS, "conformance.memory"])
def test_no_modules_import_each_other_in_a_circle(root):
    known = modules(root)
    TopologicalSorter(
        {name: imports(path, known) & set(known) for name, path in known.items()}
    ).prepare()  # raises CycleError, which names the circle


@pytest.mark.parametrize("root", LAYERS)
def test_folders_import_only_what_lies_below(root):
    known, order = modules(root), LAYERS[root]
    for name, path in known.items():
        own = name.removeprefix(root).lstrip(".").partition(".")[0]
        for other in imports(path, known) & set(known):
            theirs = other.removeprefix(root).lstrip(".").partition(".")[0]
            assert order.index(own) <= order.index(theirs), f"{name} imports {other}"


@pytest.mark.parametrize("above", ["lockstep", "vendors", "execution", "inputs", "judge", "checks"])
def test_watched_memory_stands_below(above):
    for name, path in modules("conformance.memory").items():
        found = imports(path, {})
        assert not [each for each in found if each.startswith(f"conformance.{above}")], name


def test_the_device_of_a_vendor_uses_execution_and_not_the_other_way_round():
    known = modules("conformance")
    for name, path in known.items():
        if not name.startswith("conformance.vendors"):
            found = imports(path, known)
            assert not [each for each in found if each.startswith("conformance.vendors")], name
