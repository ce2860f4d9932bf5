"""The syntax of kernels turned into calls of this package."""

from __future__ import annotations

import ast
from typing import Any

#: What names of helpers and temporaries start with in rewritten code.
PREFIX = "_lockstep_"


class Rewriter(ast.NodeTransformer):
    """Replaces calls, operators, conditions and assignments; ``used`` collects helpers' names.

    ``constants`` are local names that were annotated as constexpr before they were assigned.
    """

    def __init__(self, constants: set[str]):
        self.constants = constants
        self.used: set[str] = set()
        self.temporaries = 0

    def helper(self, name: str, *arguments: ast.expr, **more: Any) -> ast.Call:
        self.used.add(name)
        return ast.Call(
            ast.Name(PREFIX + name, ast.Load()), list(arguments), more.get("keywords", [])
        )

    def visit_Call(self, node: ast.Call) -> ast.expr:
        arguments = [self.visit(each) for each in node.args]
        keywords = [ast.keyword(each.arg, self.visit(each.value)) for each in node.keywords]
        if stops(node):
            # Called where it stands: a debugger stops in the frame that calls it.
            hook = self.helper("debugger", node.func)
            return ast.copy_location(ast.Call(hook, arguments, keywords), node)
        if isinstance(node.func, ast.Attribute):
            owner, name = self.visit(node.func.value), ast.Constant(node.func.attr)
            return ast.copy_location(
                self.helper("method", owner, name, *arguments, keywords=keywords), node
            )
        return ast.copy_location(
            self.helper("call", self.visit(node.func), *arguments, keywords=keywords), node
        )

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        node.value = self.visit(node.value)
        if node.attr == "value" and isinstance(node.ctx, ast.Load):
            return ast.copy_location(self.helper("attribute_value", node.value), node)
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        name = type(node.op).__name__
        return ast.copy_location(
            self.helper(name, self.visit(node.left), self.visit(node.right)), node
        )

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        if isinstance(node.operand, ast.Constant) and not isinstance(node.op, ast.Not):
            return node
        return ast.copy_location(
            self.helper(type(node.op).__name__, self.visit(node.operand)), node
        )

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        names = [type(each).__name__ for each in node.ops]
        operands = [self.visit(each) for each in (node.left, *node.comparators)]
        if len(names) == 1:
            return ast.copy_location(self.helper(names[0], *operands), node)
        constant = ast.Tuple([ast.Constant(name) for name in names], ast.Load())
        return ast.copy_location(self.helper("chained", constant, *operands), node)

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.expr:
        conjunction = isinstance(node.op, ast.And)
        result = self.visit(node.values[0])
        for value in node.values[1:]:
            self.temporaries += 1
            name = f"{PREFIX}operand{self.temporaries}"
            kept = ast.NamedExpr(ast.Name(name, ast.Store()), result)
            loaded = ast.Name(name, ast.Load())
            decided = self.helper("decides", kept, ast.Constant(not conjunction))
            combined = self.helper(
                "conjunction" if conjunction else "disjunction", loaded, self.visit(value)
            )
            result = ast.IfExp(decided, ast.Name(name, ast.Load()), combined)
        return ast.copy_location(result, node)

    def _with_truth(self, node: Any) -> Any:
        node = self.generic_visit(node)
        node.test = self.helper("truth", node.test)
        return node

    visit_IfExp = visit_If = visit_While = _with_truth

    def visit_Assert(self, node: ast.Assert) -> ast.stmt:
        arguments = [self.visit(node.test)] + (
            [self.visit(node.msg)] if node.msg is not None else []
        )
        return ast.copy_location(ast.Expr(self.helper("assertion", *arguments)), node)

    def visit_Subscript(self, node: ast.Subscript) -> Any:
        if not isinstance(node.ctx, ast.Load):
            return self.generic_visit(node)
        return ast.copy_location(
            self.helper("subscript", self.visit(node.value), self.visit(node.slice)), node
        )

    def visit_Slice(self, node: ast.Slice) -> ast.expr:
        bounds = [
            ast.Constant(None) if each is None else self.visit(each)
            for each in (node.lower, node.upper, node.step)
        ]
        return ast.copy_location(self.helper("slice_of", *bounds), node)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> ast.expr:
        node.value = self.helper("assigned", self.visit(node.value))
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.stmt:
        node.value = self._bound(node.targets[0], self.visit(node.value))
        return node

    def _bound(self, target: ast.expr, value: ast.expr) -> ast.expr:
        if isinstance(target, ast.Tuple):
            return self.helper("unpacked", value)
        if isinstance(target, ast.Name) and target.id in self.constants:
            return self.helper("plain", value)
        return self.helper("assigned", value)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.stmt | None:
        if node.value is None:
            return ast.copy_location(ast.Pass(), node)
        constant = is_constexpr(node.annotation)
        value = self.helper("plain" if constant else "assigned", self.visit(node.value))
        return ast.copy_location(ast.Assign([node.target], value), node)

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.stmt:
        loaded = (
            ast.Name(node.target.id, ast.Load())
            if isinstance(node.target, ast.Name)
            else node.target
        )
        value = self.helper(type(node.op).__name__, loaded, self.visit(node.value))
        return ast.copy_location(ast.Assign([node.target], self._bound(node.target, value)), node)


def stops(node: ast.AST) -> bool:
    """Whether a node calls ``breakpoint()`` or some ``set_trace()``."""
    if not isinstance(node, ast.Call):
        return False
    function = node.func
    if isinstance(function, ast.Attribute):
        return function.attr == "set_trace"
    return isinstance(function, ast.Name) and function.id in ("breakpoint", "set_trace")


def is_constexpr(annotation: ast.expr) -> bool:
    """Whether an annotation says ``tl.constexpr``, under whatever name of the module."""
    return ast.unparse(annotation).split(".")[-1].strip("'\"") == "constexpr"
