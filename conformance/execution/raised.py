"""An exception of a subject, as plain text."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Raised:
    """The exception that a subject raised."""

    type: str
    message: str
    place: str
    """File and line of the innermost frame that belongs to the subject."""
    unsupported: bool = False
    """Raised by the suite: the subject uses something that this device cannot run."""
    is_refusal: bool = False
    """Whether the subject refused the call clearly: by a fitting exception with a message."""
    cause: str = ""
    """What tells it from others of its type, if the type does not."""

    def __str__(self) -> str:
        return f"{self.type}: {self.message}" + (f" ({self.place})" if self.place else "")
