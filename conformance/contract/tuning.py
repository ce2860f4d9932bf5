"""Launch shapes as data: where they are kept, and how those that are better are found."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from conformance.contract.mistake import ContractMistake
from conformance.contract.points import DTYPE, Point
from conformance.contract.typed import check_types

LaunchShape = Mapping[str, int]
"""What a kernel is launched with beside its arguments, by name: ``{"rows": 4, "warps": 1}``."""

TABLE_FORMAT = 1
"""Version of the form of a table of launch shapes."""


@dataclass(frozen=True)
class Tuning:
    """How ``conformance tune`` finds the launch shapes of an operator's own kernel.

    ``table`` is the data file that holds them, ``PACKAGE:FILE``, as in
    ``"my_package.my_norm:launch_shapes.json"``. At each of ``points`` the launch shapes that
    ``candidates`` returns for the point are measured: ``call`` is given the arguments of the
    operator, in order, and a launch shape, and returns what the subject returns if it is launched
    with this shape. A candidate that raises, or whose answer is wrong, is left out. Functions may
    be :func:`~conformance.contract.imported` ones.

    An entry of the table names the sizes of its point. Those in ``up_to`` it names as
    ``NAME_up_to``: it holds for smaller sizes too, down to the next entry; of all others it holds
    for this size only. ``fixed`` are sizes of a point that the best shape does not depend on.

    Raises :class:`ContractMistake` for a field of another type, and for a name that no point has.
    """

    table: str
    points: tuple[Point, ...]
    candidates: Callable[[Point], Iterable[LaunchShape]]
    call: Callable[[tuple[Any, ...], LaunchShape], Any]
    up_to: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_types(self, "tuning")
        package, colon, file = self.table.partition(":")
        if not (package and colon and file):
            raise ContractMistake("", "tuning", f"table is {self.table!r}", "write PACKAGE:FILE")
        names = {name for point in self.points for name in point}
        if unknown := sorted({*self.up_to, *self.fixed} - names):
            known = ", ".join(sorted(names - {DTYPE}))
            raise ContractMistake("", "tuning", f"no point names {unknown[0]}", f"known: {known}")

    def holds_for(self, point: Point) -> dict[str, int | str]:
        """The dtype and the sizes that an entry measured at ``point`` is for, as it names them."""
        named = {name: value for name, value in point.items() if name not in self.fixed}
        return {f"{name}_up_to" if name in self.up_to else name: named[name] for name in named}
