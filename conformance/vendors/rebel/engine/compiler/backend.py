"""The compiler as a backend of `torch.compile`: it runs the graph that Dynamo made."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from torch import fx

from conformance.generation.where import WHERE
from conformance.vendors.rebel.engine.compiler.kept import passed
from conformance.vendors.rebel.engine.compiler.runtime import GraphRuntime
from conformance.vendors.rebel.engine.compiler.tapped import open_taps

_LAYER = re.compile(r"\blayers(?:\.|\['?|__|_slice.*?_modules_)(\d+)")


def rbln_backend(
    graph: fx.GraphModule, example_inputs: Sequence[Any], **settings: Any
) -> Callable[..., Any]:
    """A function that runs ``graph`` operator by operator.

    Of the ``settings`` only ``_runtime_holder`` (in ``options``, where `torch.compile` puts them)
    has an effect: a list that the graph's runtime is put into. While an operator of a decoder layer
    runs, ``WHERE.layer`` is the number of that layer.
    """
    steps = _Steps(graph)

    def run(*inputs: Any) -> Any:
        try:
            return steps.run(*inputs)
        finally:
            WHERE.layer = None

    runtime = GraphRuntime(run)
    options = {**settings, **(settings.get("options") or {})}
    if (holder := options.get("_runtime_holder")) is not None:
        holder.append(runtime)
    return runtime.__call__


class _Steps(fx.Interpreter):
    def __init__(self, graph: fx.GraphModule) -> None:
        super().__init__(graph)
        self._layers = {node: layer_of(node) for node in graph.graph.nodes}

    def run_node(self, n: fx.Node) -> Any:
        WHERE.layer = self._layers[n]
        return super().run_node(n)

    def call_function(self, target: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if not kwargs:
            passed(target, args)
        given = super().call_function(target, args, kwargs)
        if (taps := open_taps()) is not None:
            taps.given(target, given)
        return given


def layer_of(node: fx.Node) -> int | None:
    """The decoder layer whose forward called the node's function, as Dynamo noted it."""
    for path, _ in reversed((node.meta.get("nn_module_stack") or {}).values()):
        found = _LAYER.search(str(path))
        if found:
            return int(found[1])
    return None
