"""`torch.compile` around a call, as far as torch does not promise it.

Internal is `torch._dynamo`, `torch._inductor` and what the nodes of a graph are.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch._dynamo.exc import TorchDynamoException
from torch._ops import HigherOrderOperator, OpOverload

#: What makes, cuts and names tensors, and computes nothing: calls of functions by their names.
_NO_ARITHMETIC = frozenset(
    {
        "empty", "empty_like", "empty_strided", "new_empty", "zeros", "zeros_like", "ones",
        "ones_like", "full", "full_like", "getitem", "view", "reshape", "as_strided", "expand",
        "squeeze", "unsqueeze", "transpose", "permute", "t", "contiguous", "flatten", "detach",
        "select", "slice", "narrow",
    }
)  # fmt: skip


class CompiledCall:
    """A function that is called inside of `torch.compile`, with one compiler for all its calls.

    ``backend`` is torch's name of the compiler that gets the graphs. The call is asked for as one
    graph; where the function breaks graphs, it is compiled in pieces, and ``broken`` says why.
    ``arithmetic`` names what torch itself computes in the graphs, beside Triton kernels and
    registered operators: a compiler may fuse that, and round it otherwise.
    """

    def __init__(self, function: Callable[..., Any], backend: str) -> None:
        self.broken = ""
        self.graphs = 0
        self.arithmetic: set[str] = set()
        self._chosen = torch._dynamo.lookup_backend(backend)
        if backend == "inductor":
            # Processes that compile would be the subject's, with its limits.
            import torch._inductor.config as inductor

            inductor.compile_threads = 1

        def through(*arguments: Any) -> Any:
            return function(*arguments)

        self._through = through
        torch._dynamo.reset()
        self._compiled = torch.compile(through, backend=self._noted, fullgraph=True)

    def __call__(self, *arguments: Any) -> Any:
        """The result of a compiled call. Raises what the subject and the compiler raise."""
        try:
            return self._compiled(*arguments)
        except TorchDynamoException as error:
            if self.broken:
                raise
            self.broken = str(error).strip().partition("\n")[0]
        torch._dynamo.reset()
        self._compiled = torch.compile(self._through, backend=self._noted)
        return self._compiled(*arguments)

    def _noted(self, module: Any, examples: list[torch.Tensor]) -> Any:
        self.graphs += 1
        for node in module.graph.nodes:
            if node.op in ("call_function", "call_method") and (name := _computes(node)):
                self.arithmetic.add(name)
        return self._chosen(module, examples)


def _computes(node: Any) -> str:
    """The name of what a node of a graph computes with tensors; empty if it is no arithmetic."""
    target = node.target
    if isinstance(target, HigherOrderOperator):
        return "" if "triton_kernel" in target.name() else target.name()
    if isinstance(target, OpOverload) and target.namespace != "aten":
        return ""
    value = node.meta.get("example_value")
    items = value if isinstance(value, tuple | list) else [value]
    if not any(isinstance(each, torch.Tensor) for each in items):
        return ""  # arithmetic of sizes
    name = target if isinstance(target, str) else getattr(target, "__name__", str(target))
    return "" if name in _NO_ARITHMETIC else name


def lacks_compiler(backend: str, device: str) -> str:
    """Why torch compiles nothing here, found with the smallest program; empty if it does."""
    torch._dynamo.reset()
    probe = torch.ones(2, device=device)
    try:
        torch.compile(lambda x: x + 1, backend=backend, fullgraph=True)(probe)
    except Exception as error:
        return f"{type(error).__name__}: {str(error).strip()}".partition("\n")[0][:300]
    return ""
