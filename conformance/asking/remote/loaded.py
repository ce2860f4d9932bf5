"""What the process of a subject says of the subject that it has loaded."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class LoadedThere:
    """A loaded subject: see :class:`~conformance.subjects.loaded.Loaded` and
    :class:`~conformance.catalogue.devices.Device`."""

    origin: str
    execution: str
    stood_in: tuple[str, ...]
    sources: str
    torch_device: str
    mode: str
    finds_unwritten: bool
    rehearses: bool
    builds: bool
    compiles: bool
    """Whether launches there wait until Triton's compiler is done."""
    ways: tuple[str, ...] = ()
    """See :class:`~conformance.execution.ways.names.Way`."""
    schema: str = ""
    """Of a registered operator, as torch prints it."""
    has_calls: bool = True
    """Whether it is known how a registered operator is called."""
    checked: bool = True
    """Whether somebody says that these calls are right."""

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> "LoadedThere":
        """Raises ``KeyError``, ``TypeError`` or ``AttributeError`` for anything else."""
        texts = {
            n: str(data[n])[:4000]
            for n in ("origin", "execution", "sources", "torch_device", "mode")
        }
        names = ("finds_unwritten", "rehearses", "builds", "compiles")
        flags = {name: bool(data[name]) for name in names}
        ways = tuple(str(way)[:100] for way in data["ways"][:100])
        if more := data.get("more"):
            texts["schema"] = str(more["schema"])[:4000]
            flags |= {"has_calls": bool(more["calls"]), "checked": bool(more["checked"])}
        stood_in = tuple(map(str, data["stood_in"]))
        return cls(stood_in=stood_in, ways=ways, **texts, **flags)  # type: ignore[arg-type]
