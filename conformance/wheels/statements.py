"""The top-level statements of a module: what each binds and which global names each reads."""

import __future__

import ast
import dis
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import CodeType

# Instructions on global names, over Python 3.10 to 3.14.
_GLOBAL_READS = frozenset({"LOAD_GLOBAL", "LOAD_NAME", "LOAD_FROM_DICT_OR_GLOBALS"})
_GLOBAL_WRITES = frozenset({"STORE_NAME", "STORE_GLOBAL"})
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass
class Statement:
    """One top-level statement, or several that share a line. Lines count from 1, both included."""

    first: int
    last: int
    nodes: list[ast.stmt] = field(default_factory=list)
    flags: int = 0
    """Compiler flags of the module's `__future__` imports."""

    @property
    def is_import(self) -> bool:
        """Whether there is nothing but imports in it."""
        return all(isinstance(node, ast.Import | ast.ImportFrom) for node in self.nodes)

    @property
    def is_for_types_only(self) -> bool:
        """Whether it is an ``if TYPE_CHECKING:``, whose names nobody has while a program runs."""
        return all(
            isinstance(node, ast.If)
            and not node.orelse
            and ast.unparse(node.test).rpartition(".")[2] == "TYPE_CHECKING"
            for node in self.nodes
        )

    def binds(self) -> set[str]:
        """The global names that the statement may define; `*` stands for those of a star import."""
        stars = {"*" for node in self.nodes for part in ast.walk(node) if _is_star(part)}
        return set(_globals(self._code(), _GLOBAL_WRITES)) | stars

    def changes(self) -> set[str]:
        """The global names whose items or attributes the statement sets (``TABLE["x"] = 1``)."""
        found = set()
        for node in self.nodes:
            targets = node.targets if isinstance(node, ast.Assign | ast.Delete) else []
            for target in [node.target] if isinstance(node, ast.AugAssign) else targets:
                while isinstance(target, ast.Subscript | ast.Attribute):
                    target = target.value
                if isinstance(target, ast.Name):
                    found.add(target.id)
        return found

    def reads(self) -> set[str]:
        """The global names that running it, or a function it defines, may look up."""
        return set(_globals(self._code(), _GLOBAL_READS))

    def _code(self) -> CodeType:
        # Compiled alone, so that the scopes are those of Python itself.
        module = ast.Module(self.nodes, [])
        return compile(module, "<statement>", "exec", flags=self.flags, dont_inherit=True)

    def functions(self) -> set[str]:
        """Names of the functions among the nodes."""
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
        return {node.name for node in self.nodes if isinstance(node, kinds)}


def statements(tree: ast.Module) -> list[Statement]:
    """The top-level statements in order, decorators included, joined where they share a line."""
    found: list[Statement] = []
    flags = 0
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            for alias in node.names:
                flags |= getattr(__future__, alias.name).compiler_flag
    for node in tree.body:
        decorators = node.decorator_list if isinstance(node, _DEFINITIONS) else []
        first = min([node.lineno, *(decorator.lineno for decorator in decorators)])
        last = node.end_lineno or node.lineno
        if found and first <= found[-1].last:
            found[-1].last = max(last, found[-1].last)
            found[-1].nodes.append(node)
        else:
            found.append(Statement(first, last, [node], flags))
    return found


def bound_name(node: ast.Import | ast.ImportFrom, alias: ast.alias) -> str:
    """The name that one alias of an import defines."""
    if alias.asname:
        return alias.asname
    return alias.name if isinstance(node, ast.ImportFrom) else alias.name.partition(".")[0]


def _globals(code: CodeType, opnames: frozenset[str], depth: int = 0) -> Iterator[str]:
    instructions = list(dis.get_instructions(code))
    # What a class body stores without declaring it global is its own.
    own = {i.argval for i in instructions if depth and i.opname == "STORE_NAME"}
    for instruction in instructions:
        if instruction.opname in opnames and instruction.argval not in own:
            yield instruction.argval
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _globals(constant, opnames, depth + 1)


def _is_star(node: ast.AST) -> bool:
    return isinstance(node, ast.ImportFrom) and node.names[0].name == "*"
