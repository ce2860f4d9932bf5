"""An exception of a subject as plain text."""

import traceback
from dataclasses import dataclass
from pathlib import Path

import torch
import triton

from conformance.memory.unsupported import UnsupportedFeature

NO_MESSAGE = "no message"
REFUSALS = (ValueError, TypeError, RuntimeError, AssertionError)
"""Exceptions that count as a clear refusal if they say anything, those derived from them too.

``NotImplementedError`` is a ``RuntimeError``.
"""
ACCIDENTS = (RecursionError, UnicodeError, torch.OutOfMemoryError, torch.AcceleratorError)
"""Those among them that refuse nothing: something went wrong on the way."""


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
        message = str(error).strip()
    except Exception:  # an exception of the subject's own may not even print
        message = ""
    unsupported = isinstance(error, UnsupportedFeature)
    fitting = isinstance(error, REFUSALS) and not isinstance(error, ACCIDENTS)
    refusal = fitting and bool(message) and not unsupported
    return Raised(type(error).__name__, message or NO_MESSAGE, place, unsupported, refusal)
