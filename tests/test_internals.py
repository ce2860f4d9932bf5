"""Only these modules touch internals of torch, and of Triton's language, compiler and launches."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SUITE = Path(__file__).parents[1] / "conformance"
OWNERS = {
    "torch": SUITE / "torch_internals.py",
    "torch._C": SUITE / "torch_dispatcher.py",
    "torch._library": SUITE / "torch_registry.py",
    "torch._subclasses": SUITE / "torch_tracing.py",
    "torch.multiprocessing": SUITE / "torch_storages.py",
    "triton.language": SUITE / "triton_internals.py",
    "triton.compiler": SUITE / "triton_compiler.py",
    "triton.runtime": SUITE / "triton_launches.py",
    "triton.runtime.driver": SUITE / "triton_cache.py",
    "torch._inductor": SUITE / "torch_compiled.py",
    "triton.backends": SUITE / "triton_backends.py",
}
PACKAGES = {owner.partition(".")[0] for owner in OWNERS}

INTERNAL = (
    "torch.fx.experimental",
    "torch.multiprocessing.reductions",
    "torch.utils.weak",
    "triton.backends",
    "triton.compiler",
    "triton.experimental",
    "triton.instrumentation",
    "triton.knobs",
    "triton.language.core",
    "triton.language.extra",
    "triton.language.math",
    "triton.language.random",
    "triton.language.semantic",
    "triton.language.standard",
    "triton.language.target_info",
    "triton.runtime",
    "triton.tools",
)
"""Modules without an underscore that are internal all the same; so is any name with one."""

OF_THE_STANDARD_LIBRARY = frozenset({"_asdict", "_exit", "_fields", "_getframe", "_replace"})
"""Names with an underscore that Python itself documents."""


def modules() -> list[Path]:
    """The suite's modules, but for those that may."""
    return sorted(set(SUITE.rglob("*.py")) - set(OWNERS.values()))


def is_internal(path: str) -> bool:
    """Whether a dotted name leads into what torch or Triton does not promise."""
    owner, *names = path.split(".")
    private = any(map(is_private, names))
    listed = any(path == prefix or path.startswith(f"{prefix}.") for prefix in INTERNAL)
    return owner in PACKAGES and (private or listed)


def is_private(name: str) -> bool:
    """Whether a name starts with an underscore, and is none of Python's own like ``__init__``."""
    return name.startswith("_") and not name.endswith("__")


def dotted(node: ast.expr, known: dict[str, str]) -> str | None:
    """The full name of ``a.b.c``, if ``a`` was imported."""
    if isinstance(node, ast.Name):
        return known.get(node.id)
    if isinstance(node, ast.Attribute) and (owner := dotted(node.value, known)):
        return f"{owner}.{node.attr}"
    return None


def imported(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """(local name, full name) of each import."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for name in node.names:
                yield name.asname or name.name.partition(".")[0], name.name
        elif isinstance(node, ast.ImportFrom) and node.module:
            for name in node.names:
                yield name.asname or name.name, f"{node.module}.{name.name}"


def defined(tree: ast.AST) -> set[str]:
    """Names that a module gives to something: of functions, classes, variables, attributes."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            found.add(node.attr)
    return found


def touched(source: str, ours: set[str] = frozenset()) -> list[str]:
    """Internals that ``source`` touches; ``ours`` are names that the suite defines itself."""
    tree = ast.parse(source)
    known = {}
    found = []
    for local, full in imported(tree):
        whole = full.partition(".")[0] if local == full.partition(".")[0] else full
        known[local] = whole
        if is_internal(full):
            found.append(full)
    own = ours | defined(tree) | OF_THE_STANDARD_LIBRARY
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            path = dotted(node, known)
            if path and is_internal(path):
                found.append(path)
            elif path and isinstance(node.ctx, ast.Store) and path.split(".")[0] in PACKAGES:
                found.append(f"{path} = ...")
            elif node.attr.startswith(("__torch_", "__triton_")) or (
                not path and is_private(node.attr) and node.attr not in own
            ):
                found.append(node.attr)
        elif isinstance(node, ast.FunctionDef) and node.name.startswith("__torch_"):
            found.append(node.name)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            if node.value.startswith(("__torch_", "__triton_")):
                found.append(node.value)
        elif isinstance(node, ast.Call):
            texts = [str(each.value) for each in node.args if isinstance(each, ast.Constant)]
            if ast.unparse(node.func).endswith("import_module"):
                found += [text for text in texts if is_internal(text)]
            elif ast.unparse(node.func) in ("getattr", "hasattr", "setattr"):
                found += [text for text in texts if is_private(text) and text not in own]
    return found


SUITES_OWN = set().union(*(defined(ast.parse(path.read_text())) for path in modules()))


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(SUITE)))
def test_no_other_module_touches_them(path):
    assert touched(path.read_text(), SUITES_OWN) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import torch._dynamo", "torch._dynamo"),
        ("import torch\ntorch._C.DispatchKeySet", "torch._C"),
        ("from torch.utils import _pytree", "torch.utils._pytree"),
        ("from torch.multiprocessing.reductions import StorageWeakRef", "StorageWeakRef"),
        ("from importlib import import_module\nimport_module('torch._C')", "torch._C"),
        ("def f(operator):\n    return operator._schema", "_schema"),
        ("def f(operator):\n    return getattr(operator, '_schema')", "_schema"),
        ("class Mode:\n    def __torch_dispatch__(self): ...", "__torch_dispatch__"),
        ("import torch\ntorch.empty = None", "torch.empty = ..."),
        ("from triton.runtime.jit import JITFunction", "triton.runtime.jit.JITFunction"),
        ("def f():\n    import triton._C", "triton._C"),
        ("import triton\ntriton.runtime.driver", "triton.runtime"),
        ("import triton.language as tl\ntl.core.builtin", "triton.language.core"),
        ("getattr(print, '__triton_aggregate__', False)", "__triton_aggregate__"),
    ],
)
def test_touching_them_is_seen(source, found):
    assert any(found in each for each in touched(source))


@pytest.mark.parametrize(
    "source",
    [
        "import torch\ntorch.empty(3)",
        "import torch\ntorch.ops.aten.empty",
        "import triton\nimport triton.language as tl\ntl.float32\ntriton.Config",
        "class A:\n    def __init__(self):\n        self._own = 1\n    def f(self):\n"
        "        return self._own",
    ],
)
def test_what_they_promise_may_be_used(source):
    assert touched(source) == []


@pytest.mark.parametrize("owner", OWNERS)
def test_each_of_these_modules_is_needed(owner):
    assert any(each.startswith(owner) for each in touched(OWNERS[owner].read_text()))
