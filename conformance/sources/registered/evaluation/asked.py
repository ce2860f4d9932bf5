"""A call of torch.library that is followed."""

from collections.abc import Callable, Sequence

from conformance.sources.registered.protocols import Following
from conformance.sources.registered.values import Decorator, Scope, Value


class Call:
    """The arguments of a call of torch.library, by position or name."""

    def __init__(
        self,
        following: Following,
        arguments: Sequence[Value],
        keywords: dict[str, Value],
        place: str,
        scope: Scope,
    ) -> None:
        self.following, self.arguments, self.keywords = following, arguments, keywords
        self.scope = scope
        self.inner = place
        self.place = next(filter(None, (*scope.places, place)))

    def get(self, index: int | None, *names: str, default: Value = None) -> Value:
        """The argument at a position, or of one of these names."""
        for name in names:
            if name in self.keywords:
                return self.keywords[name]
        if index is not None and index < len(self.arguments):
            return self.arguments[index]
        return default

    def give_up(self, text: str, namespace: str = "") -> None:
        self.following.found.give_up(self.place, text, namespace)

    def decorating(self, function: Value, act: Callable[[Value], Value]) -> Value:
        """Act on the function that was passed, or on the one that will be decorated."""
        return Decorator(act) if function is None else act(function)
