"""Sizes that belong together because a released model has them together."""

from collections.abc import Mapping
from dataclasses import dataclass

from conformance.contract.axes import Size
from conformance.contract.mistake import ContractMistake
from conformance.contract.typed import check_types


@dataclass(frozen=True)
class ReleasedShape:
    """The sizes of some axes in a released model, together: ``{"E": 128, "K": 8}``.

    Kernels are specialised for such tuples, so the check of sizes asks each of them, in every
    profile. Axes that are not named take small sizes. ``source`` says where the figures stand.
    """

    model: str
    axes: Mapping[str, Size]
    source: str

    def __post_init__(self) -> None:
        check_types(self, f"released shape {self.model}")
        for name in ("model", "source"):
            if not getattr(self, name).strip():
                field = f"released shape {self.model}".strip()
                raise ContractMistake("", field, f"{name} is empty", "say where the sizes are from")
