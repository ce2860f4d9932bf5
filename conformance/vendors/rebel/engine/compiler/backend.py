"""The compiler as a backend of `torch.compile`: it runs the graph that Dynamo made."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import fx

from conformance.generation.capturing import CAPTURING
from conformance.generation.where import WHERE
from conformance.vendors.rebel.engine.compiler.memory import MEMORY

_LAYER = re.compile(r"\blayers(?:\.|\['?|__|_slice.*?_modules_)(\d+)")


def rbln_backend(
    graph: fx.GraphModule, example_inputs: Sequence[Any], **settings: Any
) -> Callable[..., Any]:
    """A function that runs ``graph`` operator by operator; ``settings`` have no effect.

    Meta tensors among its inputs are replaced by the memory that the compiler owns. While an
    operator of a decoder layer runs, ``WHERE.layer`` is the number of that layer.
    """
    steps = _Steps(graph)

    def run(*inputs: Any) -> Any:
        try:
            return steps.run(*(_real(each) for each in inputs))
        finally:
            WHERE.layer = None

    return run


class _Steps(fx.Interpreter):
    def __init__(self, graph: fx.GraphModule) -> None:
        super().__init__(graph)
        self._layers = {node: layer_of(node) for node in graph.graph.nodes}

    def run_node(self, n: fx.Node) -> Any:
        WHERE.layer = self._layers[n]
        return super().run_node(n)

    def call_function(self, target: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if (name := _registered(target)) and not kwargs:
            CAPTURING.called_by_name(name, args)
        return super().call_function(target, args, kwargs)


def _registered(target: Any) -> str:
    """``NAMESPACE::NAME`` of an operator of torch, which prints as ``NAMESPACE.NAME`` with its
    overload or without; empty for any other function."""
    if type(target).__module__ != type(torch.ops.aten.add).__module__:
        return ""
    return "::".join(str(target).split(".")[:2])


def layer_of(node: fx.Node) -> int | None:
    """The decoder layer whose forward called the node's function, as Dynamo noted it."""
    for path, _ in reversed((node.meta.get("nn_module_stack") or {}).values()):
        found = _LAYER.search(str(path))
        if found:
            return int(found[1])
    return None


def _real(value: Any) -> Any:
    return MEMORY.real(value) if isinstance(value, torch.Tensor) else value
