"""Bodies of branches and loops made into functions, so that some programs can run them alone.

``if c: a`` becomes ``def then(): a`` and ``branch(c, then, ...)``. So the variables of a kernel are
cells, which ``variables`` narrows to the programs that take a branch and widens again behind it.
Where a side of a branch may return, the rest of the function belongs to the sides that do not.
Loops with ``break``, ``continue`` or ``return`` are left as they are.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Sequence

from conformance.lockstep.control.exposure import Tail, exposed, loads, stores

Statements = Sequence[ast.stmt]


class Outliner(ast.NodeTransformer):
    """Outlines what the rewritten function ``definition`` holds.

    ``prefix`` begins the names of helpers and of the functions that are made. ``used`` collects the
    helpers: ``branch``, ``choice``, ``for_each``, ``repeat``.
    """

    def __init__(self, definition: ast.FunctionDef, prefix: str, used: set[str]):
        self.prefix, self.used, self.made = prefix, used, 0
        parameters = definition.args
        named = [*parameters.posonlyargs, *parameters.args, *parameters.kwonlyargs]
        named += [each for each in (parameters.vararg, parameters.kwarg) if each is not None]
        body = definition.body
        self.assigned = {name for name in stores(body) if not name.startswith(prefix)}
        self.local = self.assigned | {each.arg for each in named}
        self.loads: Counter[str] = loads(body)

    def outlined(self, body: Statements) -> list[ast.stmt]:
        """The statements of the function, with a binding for each name that they assign."""
        result = self._block([self.visit(each) for each in body], returns=True, looped=False)
        if not self.assigned or not self.made:
            return result
        # A function that is made can only assign to names that are bound around it.
        bound: list[ast.expr] = [ast.Name(name, ast.Store()) for name in sorted(self.assigned)]
        binding = ast.If(ast.Constant(False), [ast.Assign(bound, ast.Constant(None))], [])
        return [ast.copy_location(binding, body[0]), *result]

    def visit_IfExp(self, node: ast.IfExp) -> ast.expr:
        node = self.generic_visit(node)  # type: ignore[assignment]
        sides = (node.body, node.orelse)
        test = self._condition(node.test)
        if test is None or stores(sides) & self.local:
            return node
        functions = [ast.Lambda(_no_parameters(), side) for side in sides]
        call = self._call("choice", test, *functions, self._names(set(loads(sides))))
        return ast.copy_location(call, node)

    def _condition(self, test: ast.expr) -> ast.expr | None:
        """What is asked for its truth in a rewritten condition, None where it is no such."""
        if (
            isinstance(test, ast.Call)
            and isinstance(test.func, ast.Name)
            and test.func.id == f"{self.prefix}truth"
        ):
            return test.args[0]
        return None

    def _block(self, statements: Statements, *, returns: bool, looped: bool) -> list[ast.stmt]:
        """``returns``: the function ends after the statements. ``looped``: they may run again."""
        result: list[ast.stmt] = []
        for place, statement in enumerate(statements):
            if isinstance(statement, ast.If):
                if returns and _returns([statement]):
                    return [*result, *self._ending(statement, statements[place + 1 :])]
                result += self._branch(statement, looped)
            elif isinstance(statement, ast.For | ast.While):
                result += self._loop(statement, looped)
            else:
                result.append(statement)
        return result

    def _ending(self, node: ast.If, rest: Statements) -> list[ast.stmt]:
        """``node`` and the ``rest`` of the function as one branch that returns."""
        test, sides = self._condition(node.test), [[*node.body], [*node.orelse]]
        assert test is not None
        functions: list[ast.stmt] = []
        falling = [side for side in sides if not _always_returns(side)]
        if len(falling) == 2 and rest:
            after = self._function(rest[0], self._block(rest, returns=True, looped=False))
            functions.append(after)
            rest = [ast.copy_location(Tail(after.name, exposed(rest, set())), rest[0])]
        for side in falling:
            side += rest
        read = exposed(sides[0], set()) | exposed(sides[1], set())
        made, names = self._sides(node, *sides, returns=True, looped=False)
        call = self._call("branch", test, *names, self._names(read), *[_tuple(())] * 2)
        return [*functions, *made, ast.copy_location(ast.Return(call), node)]

    def _branch(self, node: ast.If, looped: bool) -> list[ast.stmt]:
        test = self._condition(node.test)
        if test is None or _returns([node]) or _jumps([node]):
            node.body = self._block(node.body, returns=False, looped=looped)
            node.orelse = self._block(node.orelse, returns=False, looped=looped)
            return [node]
        then: set[str] = set()
        orelse: set[str] = set()
        read = exposed(node.body, then) | exposed(node.orelse, orelse)
        about = self._about([*node.body, *node.orelse], read, then & orelse, looped)
        functions, names = self._sides(node, node.body, node.orelse, returns=False, looped=looped)
        call = self._call("branch", test, *names, *about)
        return [*functions, ast.copy_location(ast.Expr(call), node)]

    def _sides(
        self, node: ast.If, body: Statements, orelse: Statements, *, returns: bool, looped: bool
    ) -> tuple[list[ast.stmt], list[ast.expr]]:
        functions: list[ast.stmt] = []
        names: list[ast.expr] = []
        for statements in (body, orelse):
            if statements:
                inside = self._block(statements, returns=returns, looped=looped)
                functions.append(self._function(node, inside))
                names.append(ast.Name(functions[-1].name, ast.Load()))  # type: ignore[attr-defined]
            else:
                names.append(ast.Constant(None))
        return functions, names

    def _loop(self, node: ast.For | ast.While, looped: bool) -> list[ast.stmt]:
        test = self._condition(node.test) if isinstance(node, ast.While) else None
        if isinstance(node, ast.While) and test is None:
            return [node]
        if node.orelse or _returns(node.body) or _jumps(node.body):
            node.body = self._block(node.body, returns=False, looped=True)
            return [node]
        if isinstance(node, ast.For):
            assigned = stores([node.target])
            read = exposed(node.body, assigned)
            about = self._about([node], read, assigned, looped)
            item = f"{self.prefix}item"
            first = ast.Assign([node.target], ast.Name(item, ast.Load()))
            body = self._block(node.body, returns=False, looped=True)
            function = self._function(node, [ast.copy_location(first, node), *body], item)
            name = ast.Name(function.name, ast.Load())
            call = self._call("for_each", node.iter, name, *about)
            return [function, ast.copy_location(ast.Expr(call), node)]
        assert test is not None
        assigned = set()
        read = set(loads([test])) | exposed(node.body, assigned)
        about = self._about([node], read, assigned, looped)
        body = self._block(node.body, returns=False, looped=True)
        functions = [
            self._function(node, [ast.copy_location(ast.Return(test), node)]),
            self._function(node, body),
        ]
        names = [ast.Name(each.name, ast.Load()) for each in functions]
        call = self._call("repeat", *names, *about)
        return [*functions, ast.copy_location(ast.Expr(call), node)]

    def _about(
        self, region: Sequence[ast.AST], read: set[str], assigned: set[str], looped: bool
    ) -> tuple[ast.expr, ast.expr, ast.expr]:
        """What ``Variables`` is told of a region: names that it reads, keeps and drops.

        ``read``: names that it reads before it assigns them; ``assigned``: those that each of its
        programs assigns. Kept is what matters behind the region.
        """
        stored, inside = stores(region) & self.assigned, loads(region)
        kept = {
            name for name in stored if (looped and name in read) or self.loads[name] > inside[name]
        }
        read = read | (kept - assigned)
        return self._names(read), self._names(kept), self._names(stored - kept)

    def _names(self, names: set[str]) -> ast.expr:
        return _tuple(sorted(names & self.local))

    def _function(self, node: ast.stmt, body: list[ast.stmt], *parameters: str) -> ast.FunctionDef:
        self.made += 1
        assigned = sorted(stores(body) & self.assigned)
        if assigned:
            body = [ast.copy_location(ast.Nonlocal(assigned), node), *body]
        arguments = ast.arguments(
            [], [ast.arg(name) for name in parameters], None, [], [], None, []
        )
        function = ast.FunctionDef(f"{self.prefix}part{self.made}", arguments, body, [], None)
        vars(function).setdefault("type_params", [])  # required from Python 3.12 on
        return ast.copy_location(function, node)

    def _call(self, helper: str, *arguments: ast.expr) -> ast.Call:
        self.used.add(helper)
        return ast.Call(ast.Name(self.prefix + helper, ast.Load()), list(arguments), [])


def _no_parameters() -> ast.arguments:
    return ast.arguments([], [], None, [], [], None, [])


def _tuple(names: Sequence[str]) -> ast.expr:
    return ast.Tuple([ast.Constant(name) for name in names], ast.Load())


def _returns(statements: Sequence[ast.AST]) -> bool:
    return any(isinstance(node, ast.Return) for each in statements for node in ast.walk(each))


def _always_returns(statements: Statements) -> bool:
    if not statements:
        return False
    last = statements[-1]
    if isinstance(last, ast.If):
        return _always_returns(last.body) and _always_returns(last.orelse)
    return isinstance(last, ast.Return)


def _jumps(statements: Sequence[ast.AST]) -> bool:
    """Whether ``break`` or ``continue`` leave the statements."""
    return any(isinstance(node, ast.Break | ast.Continue) for each in statements
               for node in ast.walk(each))  # fmt: skip
