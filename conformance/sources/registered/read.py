"""The locks of a tree of files: what it registers, its kernels, functions and switches."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from conformance.schemas.lock import Lock
from conformance.sources.registered.assemble import locks_of, operators_of
from conformance.sources.registered.cpp_registrations import read_cpp
from conformance.sources.registered.found import Found
from conformance.sources.registered.functions import read_functions
from conformance.sources.registered.python_registrations import read_python
from conformance.sources.registered.switches import read_switches
from conformance.sources.registered.tree import Tree


def lock_of_source(root: Path, package: str, functions: Iterable[str] = ()) -> list[Lock]:
    """The locks of everything below ``root``, a folder or one file, by name.

    There is one for each namespace of operators, and one named ``package`` with the kernels, the
    functions, the switches and what belongs to no namespace. ``functions`` names further plain
    functions to lock, as ``module:function``. What the source does not say stands in
    ``unresolved``. Raises OSError if ``root`` is neither.
    """
    root.stat()
    tree, found = Tree(root), Found()
    evaluation = read_python(tree, found)
    read_cpp(tree, found)
    operators = operators_of(found, evaluation, tree)
    kernels, plain = read_functions(tree, functions)
    switches, more = read_switches(tree, evaluation)
    locks = locks_of(package, operators, found, [*tree.unresolved, *more])
    locks[package] = replace(locks[package], kernels=kernels, functions=plain, switches=switches)
    return [locks[name] for name in sorted(locks)]
