"""The operators that the Python files of a tree register."""

from conformance.sources.reading.nodes import Function
from conformance.sources.registered.evaluation.expressions import Evaluation
from conformance.sources.registered.evaluation.following import Following, TooLong
from conformance.sources.registered.found import Found
from conformance.sources.registered.registering_functions import find_registering
from conformance.sources.registered.tree import Tree


def read_python(tree: Tree, found: Found) -> Evaluation:
    """Follow what runs when a file is imported, then functions that nobody was seen to call.

    The latter go from the outer to the inner ones, so that a function which registers what it is
    given is read with what its callers give it.
    """
    registering = find_registering(tree)
    following = Following(tree, set(registering.depth), found)
    try:
        for path in sorted(registering.files):
            following.run_file(registering.files[path])
        functions = sorted(
            registering.depth,
            key=lambda node: (
                -registering.depth[node],
                registering.source_of[node].path,
                getattr(node, "lineno", 0),
            ),
        )
        for node in functions:
            if isinstance(node, Function) and node not in following.entered:
                following.run_function(registering.source_of[node], node)
    except (TooLong, RecursionError) as error:
        found.give_up("*:0", f"not everything was read: {error}")
    return following.evaluation
