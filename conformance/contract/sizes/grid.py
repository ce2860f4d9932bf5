"""Cases that somebody else's tests run."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

from conformance.contract.typed import check_types


@dataclass(frozen=True)
class Grid:
    """Cases that somebody else's tests run, as the product of axis sizes and dtypes of a tensor."""

    source: str
    axes: Mapping[str, tuple[int, ...]]
    argument: str
    dtypes: tuple[str, ...]

    def __post_init__(self) -> None:
        check_types(self, f"grid {self.source}")

    def points(self) -> list[tuple[dict[str, int], str]]:
        """Every (axis sizes, dtype of ``argument``) of the grid."""
        sizes = [dict(zip(self.axes, point, strict=True)) for point in product(*self.axes.values())]
        return [(size, dtype) for size in sizes for dtype in self.dtypes]
