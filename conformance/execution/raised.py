"""An exception of a subject as plain text."""

import traceback
from dataclasses import dataclass
from pathlib import Path

import torch
import triton

from conformance.memory.unsupported import UnsupportedFeature

NO_MESSAGE = "no message"
REFUSALS = {"ValueError", "TypeError", "NotImplementedError", "RuntimeError"}
"""Exceptions that count as a clear refusal if they say anything."""


@dataclass(frozen=True)
class Raised:
    """The exception that a subject raised."""

    type: str
    message: str
    place: str
    """File and line of the innermost frame that belongs to the subject."""
    unsupported: bool = False
    """Raised by the suite: the subject uses something that this device cannot run."""

    @property
    def is_refusal(self) -> bool:
        """Whether the subject refused the call clearly: by a fitting exception with a message."""
        return not self.unsupported and self.type in REFUSALS and self.message != NO_MESSAGE

    def __str__(self) -> str:
        return f"{self.type}: {self.message}" + (f" ({self.place})" if self.place else "")


OURS = (
    Path(__file__).parents[1],
    *(Path(module.__file__ or "").parent for module in (torch, triton)),
)
"""Folders whose frames are not the subject's."""


def describe(error: BaseException) -> Raised:
    """An exception as plain text, with the innermost place outside torch, triton and the suite."""
    place = ""
    for frame in traceback.extract_tb(error.__traceback__):
        # By parts of the path: `torchvision` begins with `torch` and is another package.
        if not any(Path(frame.filename).is_relative_to(folder) for folder in OURS):
            place = f"{frame.filename}:{frame.lineno}"
    try:
        message = str(error).strip() or NO_MESSAGE
    except Exception:  # an exception of the subject's own may not even print
        message = NO_MESSAGE
    return Raised(type(error).__name__, message, place, isinstance(error, UnsupportedFeature))
