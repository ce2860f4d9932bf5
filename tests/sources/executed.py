"""What a function passes to operators when Python executes it: an oracle of what is read of it."""

from types import SimpleNamespace

from .package import in_function


class _Named:
    """A value that is shown by its name."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name


class _Operators:
    """`torch.ops`, which writes down each call instead."""

    def __init__(self, calls: list[list[str]], depth: int = 0) -> None:
        self._calls, self._depth = calls, depth

    def __getattr__(self, name: str):
        return self._called if self._depth else _Operators(self._calls, 1)

    def _called(self, *positional, **named) -> None:
        texts = [repr(value) for value in positional]
        self._calls.append(texts + [f"{name}={value!r}" for name, value in named.items()])


def executed(body: str, flag: bool) -> list[list[str]]:
    """The arguments of each call of an operator, as `package.given` writes them."""
    calls: list[list[str]] = []
    names: dict = {"torch": SimpleNamespace(ops=_Operators(calls))}
    exec(in_function(body).replace("import torch\n", ""), names)
    owner = SimpleNamespace(scale=_Named("self.scale"), bias=_Named("self.bias"), fill=list.pop)
    meta = SimpleNamespace(index=_Named("meta.index"))
    names["forward"](owner, _Named("x"), _Named("scale"), meta, flag, [_Named("m")])
    return calls
