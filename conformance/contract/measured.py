"""What is measured of an operator: at which points, against whom, and what it has to move."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from conformance.contract.expressions import Expression
from conformance.contract.mistake import ContractMistake
from conformance.contract.points import Point
from conformance.contract.typed import check_types


@dataclass(frozen=True)
class Peer:
    """Another way to do an operator's work, measured beside the subjects.

    ``subject`` is named as ``--subject`` names one. With ``modes`` it is compiled by
    ``torch.compile`` in each of them (``"default"``, ``"reduce-overhead"``,
    ``"max-autotune-no-cudagraphs"``); at each point the fastest counts. ``prepared`` says that the
    function is called once with the arguments, before anything is measured, and returns what is
    measured, which takes none: for implementations that hold their state in another layout. Its
    ``modes`` are words that it gets as the keyword ``mode``.
    ``lacks``, called without arguments, says why the peer is not here (empty: it is).
    """

    name: str
    subject: str
    meaning: str
    modes: tuple[str, ...] = ()
    prepared: bool = False
    lacks: Callable[[], str] | None = None
    leaves_out: str = ""
    """Work of the operator that it does not do: ``"the append"``."""

    def __post_init__(self) -> None:
        check_types(self, f"peer {self.name}")


@dataclass(frozen=True)
class Measured:
    """What ``conformance bench`` measures of an operator.

    ``points`` are measured unless a user names others. ``along`` is an expression over their sizes
    that a plot shows from left to right (``"T"``, ``"NB * NP * P"``), ``along_meaning`` says what
    it counts. ``moved``, called with the sizes and dtypes of a case by name (``T``,
    ``gating_dtype``), returns how many bytes any implementation has to read and how many it has to
    write; None: all arguments once, and all outputs.

    Raises :class:`ContractMistake` for a field of another type, and for two peers of one name.
    """

    points: tuple[Point, ...]
    along: str
    along_meaning: str = ""
    peers: tuple[Peer, ...] = ()
    moved: Callable[[Mapping[str, Any]], tuple[int, int]] | None = None
    apart: tuple[str, ...] = ()
    """Sizes of which each value has a plot of its own."""

    def __post_init__(self) -> None:
        check_types(self, "measured")
        names = [peer.name for peer in self.peers]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise ContractMistake("", "measured", f"two peers are called {twice}")
        try:
            Expression(self.along)
        except ValueError as error:
            raise ContractMistake("", "measured", f"along: {error}") from None
