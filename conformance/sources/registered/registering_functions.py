"""The functions of a tree that may register an operator, directly or through others."""

import ast
from dataclasses import dataclass, field

from conformance.sources.reading.nodes import Function, last_name
from conformance.sources.reading.source import Source
from conformance.sources.registered.tree import Tree

DIRECT = frozenset(
    {"custom_op", "triton_op", "infer_schema", "register_fake", "impl_abstract", "Library",
     "_scoped_library", "_custom_ops"}
)  # fmt: skip
"""Names without one of which a file registers nothing by itself."""
_PRIMITIVES = frozenset(
    {"custom_op", "triton_op", "define", "impl", "register_fake", "impl_abstract",
     "_register_fake", "register_kernel", "infer_schema", "Library", "_scoped_library"}
)  # fmt: skip
_ROUNDS = 6


@dataclass(eq=False)
class _Calls:
    """What a file calls: full names, and the last name, by function; `None` is the whole file."""

    called: dict[ast.AST | None, set[str]] = field(default_factory=dict)
    qualified: dict[ast.AST, str] = field(default_factory=dict)


@dataclass(eq=False)
class RegisteringFunctions:
    """Functions by how far they are from `torch.library`, and the files that call them."""

    depth: dict[ast.AST, int] = field(default_factory=dict)
    files: dict[str, Source] = field(default_factory=dict)
    source_of: dict[ast.AST, Source] = field(default_factory=dict)


def find_registering(tree: Tree) -> RegisteringFunctions:
    """Look for functions that register, then for those that call them, until there are no more."""
    found, names = RegisteringFunctions(), set[str]()
    calls: dict[str, _Calls] = {}
    waiting = {source.path: source for source in tree.holding(DIRECT, "torch.library")}
    found.files |= waiting
    for round_ in range(1, _ROUNDS + 1):
        new: set[str] = set()
        for path, source in waiting.items():
            if path not in calls:
                calls[path] = _read_calls(source)
            for node, called in calls[path].called.items():
                if node is None or node in found.depth:
                    continue
                if called & names or (round_ == 1 and called & _PRIMITIVES):
                    found.depth[node], found.source_of[node] = round_, source
                    new.add(f"{source.module}.{calls[path].qualified[node]}")
        new |= {name.removesuffix(".__init__") for name in new}
        if not new - names:
            break
        names |= new
        for source in tree.holding(_words(new)):
            if source.path not in calls:
                calls[source.path] = _read_calls(source)
            if calls[source.path].called[None] & names:
                found.files[source.path] = source
        waiting = dict(found.files)
    return found


def _words(names: set[str]) -> set[str]:
    """Words by which another file calls functions: their name, or the name of their class."""
    words = set()
    for name in names:
        *_, owner, last = name.split(".")
        words.add(owner if owner[:1].isupper() else last)
    return words


def _read_calls(source: Source) -> _Calls:
    found = _Calls({None: set()})
    waiting: list[tuple[ast.AST, tuple[ast.AST, ...], str]] = [(source.tree, (), "")]
    while waiting:
        node, functions, owner = waiting.pop()
        targets: list[ast.expr] = []
        if isinstance(node, ast.Call):
            targets.append(node.func)
        elif isinstance(node, Function | ast.ClassDef):
            targets += node.decorator_list
        for target in targets:
            names = {_target(source, target, owner), last_name(target)}
            for function in (None, *functions):
                found.called[function] |= names
        inner_owner = owner
        if isinstance(node, Function):
            found.qualified[node] = f"{owner}{node.name}"
            found.called[node] = set()
            # Decorators run where the function is defined, what is inside when it is called.
            for decorator in node.decorator_list:
                found.called[node] |= {_target(source, decorator, owner), last_name(decorator)}
            functions = (*functions, node)
        elif isinstance(node, ast.ClassDef):
            inner_owner = f"{node.name}."
        waiting += [(child, functions, inner_owner) for child in ast.iter_child_nodes(node)]
    return found


def _target(source: Source, node: ast.expr, owner: str) -> str:
    """The full dotted name of what is called; `self.name` is a method of the class around it."""
    node = node.func if isinstance(node, ast.Call) else node
    dotted = source.dotted(node) or ""
    first = node
    while isinstance(first, ast.Attribute):
        first = first.value
    if isinstance(first, ast.Name) and first.id in source.imports:
        return dotted
    if dotted.startswith(("self.", "cls.")):
        return f"{source.module}.{owner}{dotted.partition('.')[2]}"
    return f"{source.module}.{dotted}"
