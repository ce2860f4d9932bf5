"""How torch runs operators without data and compiles them, as far as it does not promise it.

Internal is `torch._subclasses`, `torch._dynamo`, `torch.fx.experimental`, and what lies behind a
name with an underscore.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch._dynamo.backends.common import aot_autograd
from torch._dynamo.source import ConstantSource
from torch._ops import OpOverload
from torch._subclasses.fake_tensor import (
    DataDependentOutputException,
    DynamicOutputShapeException,
    FakeTensorMode,
    UnsupportedOperatorException,
)
from torch._subclasses.functional_tensor import dispatch_functionalize
from torch.fx.experimental.symbolic_shapes import (
    DimDynamic,
    GuardOnDataDependentSymNode,
    ShapeEnv,
    StatelessSymbolicContext,
)

DATA_DEPENDENT = (
    DataDependentOutputException,
    DynamicOutputShapeException,
    GuardOnDataDependentSymNode,
)
"""What torch raises where a fake kernel asks for a value that only data has."""
NO_FAKE = (UnsupportedOperatorException,)
"""What torch raises for an operator without a fake kernel."""
Size = int | str
"""A size, or an expression of symbols as text."""
Dimension = tuple[str, int]
"""The name of a tensor and an axis, counted from the end."""


def fake_mode() -> Any:
    """A mode for tensors without data, which remembers no answers."""
    mode = FakeTensorMode()
    mode.cache_enabled = False
    return mode


def storage_of(tensor: torch.Tensor) -> int:
    """A number that is equal for tensors in one storage, those without data as well."""
    return int(tensor.untyped_storage()._cdata)


@dataclass
class Symbols:
    """Tensors without data whose sizes are symbols, and what a run with them asked of these."""

    environment: Any = field(
        default_factory=lambda: ShapeEnv(duck_shape=False, specialize_zero_one=False)
    )
    of: dict[Dimension, Any] = field(default_factory=dict)
    """The symbol of each dimension that has one."""
    of_integer: dict[str, Any] = field(default_factory=dict)
    mode: Any = None

    def __post_init__(self) -> None:
        self.mode = FakeTensorMode(shape_env=self.environment)
        self.mode.cache_enabled = False

    def tensor(self, name: str, tensor: torch.Tensor, varying: Iterable[Dimension]) -> torch.Tensor:
        """The tensor without data; its ``varying`` dimensions have a symbol each."""
        axes = {place for owner, place in varying if owner == name}
        rank = tensor.dim()
        sizes = [
            DimDynamic.DYNAMIC if axis - rank in axes else DimDynamic.STATIC for axis in range(rank)
        ]
        context: Any = StatelessSymbolicContext(dynamic_sizes=sizes)
        fake = self.mode.from_tensor(
            tensor, symbolic_context=context, source=ConstantSource(_word(name))
        )
        for axis in range(rank):
            if axis - rank in axes:
                self.of[name, axis - rank] = fake.shape[axis].node.expr
        return fake

    def integer(self, name: str, value: int) -> Any:
        """An integer argument as a symbol."""
        source = ConstantSource(_word(name))
        symbol = self.environment.create_symbol(
            value, source=source, dynamic_dim=DimDynamic.DYNAMIC
        )
        self.of_integer[name] = symbol
        return self.environment.create_symintnode(symbol, hint=value, source=source)

    def specialised(self) -> dict[str, int]:
        """Dimensions and integers that were taken to be one number: their names, and which."""
        found = {}
        named = {f"{n}.shape[{place}]": s for (n, place), s in self.of.items()} | self.of_integer
        for name, symbol in named.items():
            value = self.environment.simplify(symbol)
            if value.is_number:
                found[name] = int(value)
        return found

    def value(self, size: Any, sizes: Mapping[Dimension, int], integers: Mapping[str, int]) -> Any:
        """What a size of a result is where the dimensions have these ``sizes``; None if that
        cannot be told."""
        if isinstance(size, int):
            return size
        known = {symbol: sizes[place] for place, symbol in self.of.items() if place in sizes}
        known |= {symbol: integers[n] for n, symbol in self.of_integer.items() if n in integers}
        value = size.node.expr.subs(known)
        return int(value) if value.is_number else None

    def simplified(self, expression: Any) -> Any:
        """An expression of symbols, with what the run found to be equal named by one of them."""
        return self.environment.simplify(expression)

    def text(self, size: Any) -> str:
        """A size of a result in terms of the arguments."""
        if isinstance(size, int):
            return str(size)
        text = str(size.node.expr)
        named = {str(s): f"{n}.shape[{place}]" for (n, place), s in self.of.items()}
        named |= {str(symbol): name for name, symbol in self.of_integer.items()}
        for symbol in sorted(named, key=len, reverse=True):
            text = text.replace(symbol, named[symbol])
        return text


def _word(name: str) -> str:
    return "".join(letter if letter.isalnum() else "_" for letter in name)


class Compiled:
    """A function that torch compiles with a backend, as one graph for each set of sizes.

    ``dynamic`` leaves sizes open. ``graphs`` counts what was compiled.
    """

    def __init__(self, function: Callable[..., Any], backend: str, dynamic: bool = False) -> None:
        self.graphs = 0
        chosen = torch._dynamo.lookup_backend(backend)

        def counted(module: Any, examples: list[torch.Tensor]) -> Any:
            self.graphs += 1
            return chosen(module, examples)

        torch._dynamo.reset()
        self._function = torch.compile(
            function, backend=counted, fullgraph=True, dynamic=dynamic or None
        )

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        return self._function(*arguments, **keywords)


class Kept:
    """A function that torch compiles as one graph; ``operators`` are those that are left in it when
    everything has been removed that compilers take for unused."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.operators: set[Any] = set()

        def noted(module: Any, examples: list[torch.Tensor]) -> Any:
            for node in module.graph.nodes:
                # What has an effect is called by an operator that keeps effects in order.
                self.operators.update(
                    each for each in (node.target, *node.args) if isinstance(each, OpOverload)
                )
            return module.forward

        torch._dynamo.reset()
        self._function = torch.compile(
            function, backend=aot_autograd(fw_compiler=noted), fullgraph=True
        )

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        return self._function(*arguments, **keywords)


def functional(program: Callable[..., Any]) -> Callable[..., Any]:
    """``program`` made of operators that write nothing, as compilers make it before anything else.

    Tensors that it is called with stay as they are; what it returns is what it would return.
    """
    return dispatch_functionalize(program)


def first_line(error: BaseException) -> str:
    """The first lines of an exception of the compiler, without the hints that follow."""
    text = str(error).strip()
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    return f"{type(error).__name__}: " + " ".join(lines[:3])[:300]


def graph_breaks() -> dict[str, int]:
    """How often `torch.compile` has broken graphs in this process, by the reason it gave."""
    return dict(torch._dynamo.utils.counters["graph_break"])
