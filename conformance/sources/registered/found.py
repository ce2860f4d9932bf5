"""What was found in a tree: definitions of operators, kernels for dispatch keys, fakes."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from conformance.sources.registered.values import Value


@dataclass(frozen=True)
class Definition:
    """An operator that is defined. ``text`` is its schema with its namespace."""

    name: str
    """``namespace::operator`` or ``namespace::operator.overload``."""
    text: str
    place: str
    """``file:line`` of the statement at the top of a file that leads to the definition."""
    tags: tuple[str, ...] = ()
    condition: str = ""
    """What guards it, as C++'s preprocessor has it; empty if nothing does."""


@dataclass(frozen=True, eq=False)
class Kernel:
    """A function that answers on a dispatch key; ``function`` is None in C++."""

    name: str
    key: str
    place: str
    function: Value = None


@dataclass(frozen=True, eq=False)
class Fake:
    """A fake kernel."""

    name: str
    place: str
    function: Value = None


@dataclass
class Found:
    """Everything that was found, in the order in which it was found; nothing twice."""

    definitions: dict[tuple[str, str, str], Definition] = field(default_factory=dict)
    kernels: dict[tuple[str, str, str], Kernel] = field(default_factory=dict)
    fakes: dict[tuple[str, str], Fake] = field(default_factory=dict)
    unresolved: dict[str, str] = field(default_factory=dict)
    """Namespaces (empty if not known) by what could not be read, ``file:line: text``."""

    def define(
        self, name: str, text: str, place: str, tags: Iterable[str] = (), condition: str = ""
    ) -> None:
        found = Definition(name, text, place, tuple(sorted(set(tags))), condition)
        self.definitions.setdefault((name, text, place), found)

    def implement(self, name: str, key: str, place: str, function: Value = None) -> None:
        self.kernels.setdefault((name, key, place), Kernel(name, key, place, function))

    def fake(self, name: str, place: str, function: Value = None) -> None:
        self.fakes.setdefault((name, place), Fake(name, place, function))

    def give_up(self, place: str, text: str, namespace: str = "") -> None:
        """Keep what could not be read, on one line."""
        self.unresolved.setdefault(f"{place}: {' '.join(text.split())[:300]}", namespace)
