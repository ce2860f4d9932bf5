"""Where the elements of a tensor lie in its storage: what a layout is."""

from collections.abc import Callable
from dataclasses import dataclass

from conformance.contract.mistake import ContractMistake
from conformance.contract.typed import check_types


@dataclass(frozen=True)
class Placement:
    """Strides and offset in elements of a tensor in its storage of ``extent`` elements.

    ``repeated`` is true where all rows share the memory of one, ``sparse`` where hardly any of the
    storage is touched, so that it must be allocated without being filled.
    """

    strides: tuple[int, ...]
    offset: int
    extent: int
    repeated: bool = False
    sparse: bool = False


@dataclass(frozen=True)
class Layout:
    """A layout by what it does: tensors of ``least_rank`` or more can have it.

    ``place`` gets the tensor's shape and the number of guard elements that the storage must have
    before the first and behind the last element, and returns the :class:`Placement`.
    """

    least_rank: int
    place: Callable[[tuple[int, ...], int], Placement]

    def __post_init__(self) -> None:
        check_types(self, "layout")
        if self.least_rank < 0:
            raise ContractMistake("", "layout", f"least_rank is {self.least_rank}", "0 or more")
