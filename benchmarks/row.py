"""A line of the table."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Row:
    """What was measured, what is promised, and whether the promise is kept (None: only told)."""

    what: str
    promised: str
    measured: str
    kept: bool | None

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)
