"""Kernels compiled anew, such that their calls and operators go through helpers of this package.

Neither ``triton.language`` nor the module of the kernel is changed: the new function finds the
helpers in its closure.
"""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Callable, Iterator, Mapping
from types import CellType, CodeType, FunctionType
from typing import Any

from conformance.lockstep.control.outlining import Outliner
from conformance.lockstep.language.rewriter import PREFIX, Rewriter, is_constexpr, stops
from conformance.lockstep.machine import REWRITTEN
from conformance.triton_internals import is_of_triton, python_function, source_lines


def _definition(kernel: Any) -> ast.FunctionDef:
    lines, first = source_lines(kernel)
    tree = ast.parse(textwrap.dedent("".join(lines)))
    definition = next(node for node in tree.body if isinstance(node, ast.FunctionDef))
    ast.increment_lineno(definition, first - 1)
    return definition


def rewrite(kernel: Any, helpers: Mapping[str, Callable]) -> Callable:
    """The plain Python function that runs the jitted function ``kernel`` through ``helpers``.

    ``helpers`` holds what rewritten code calls, by the names that ``rewriter`` gives it.
    """
    original = python_function(kernel)
    definition = _definition(kernel)
    constants = {
        node.target.id
        for node in ast.walk(definition)
        if isinstance(node, ast.AnnAssign)
        and isinstance(node.target, ast.Name)
        and node.value is None
        and is_constexpr(node.annotation)
    }
    rewriter = Rewriter(constants)
    # In a debugger a kernel has all its variables in one frame, so that its branches stay in it.
    debugged = any(map(stops, ast.walk(definition)))
    definition.body = [rewriter.visit(statement) for statement in definition.body]
    if not debugged:
        definition.body = Outliner(definition, PREFIX, rewriter.used).outlined(definition.body)
    definition.decorator_list, definition.returns = [], None
    arguments = definition.args
    for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
        argument.annotation = None
    arguments.defaults = [ast.Constant(None) for _ in arguments.defaults]
    arguments.kw_defaults = [
        None if each is None else ast.Constant(None) for each in arguments.kw_defaults
    ]

    free = {name: CellType(helpers[name]) for name in rewriter.used}
    cells = {PREFIX + name: cell for name, cell in free.items()}
    cells.update(zip(original.__code__.co_freevars, original.__closure__ or (), strict=True))
    parameters = ast.arguments([], [ast.arg(name) for name in cells], None, [], [], None, [])
    outer = ast.FunctionDef(PREFIX + "outer", parameters, [definition], [], None)
    vars(outer).setdefault("type_params", [])  # required from Python 3.12 on
    ast.copy_location(outer, definition)
    module = ast.fix_missing_locations(ast.Module([outer], []))
    compiled = compile(module, original.__code__.co_filename, "exec", dont_inherit=True)
    code = _inner(_inner(compiled, outer.name), definition.name)
    closure = tuple(cells[name] for name in code.co_freevars)
    result = FunctionType(
        code, original.__globals__, original.__name__, original.__defaults__, closure
    )
    result.__kwdefaults__ = original.__kwdefaults__
    for each in _with_inner(code):
        REWRITTEN[each] = is_of_triton(original.__module__)
    return result


def _with_inner(code: CodeType) -> Iterator[CodeType]:
    """A code object, and those of the functions inside."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _with_inner(constant)


def _inner(code: CodeType, name: str) -> CodeType:
    return next(
        each for each in code.co_consts if isinstance(each, CodeType) and each.co_name == name
    )
