"""From an exception of a subject to plain text."""

import traceback
from pathlib import Path

import torch
import triton

from conformance.execution.raised import Raised
from conformance.memory.unsupported import UnsupportedFeature

NO_MESSAGE = "no message"
LONGEST = 4000
"""Characters of a message that are kept."""
REFUSALS = (ValueError, TypeError, RuntimeError, AssertionError)
"""Exceptions that count as a clear refusal if they say anything, those derived from them too.

``NotImplementedError`` is a ``RuntimeError``.
"""
ACCIDENTS = (RecursionError, UnicodeError, torch.OutOfMemoryError, torch.AcceleratorError)
"""Those among them that refuse nothing: something went wrong on the way."""


OURS = (
    Path(__file__).parents[1],
    *(Path(module.__file__ or "").parent for module in (torch, triton)),
)
"""Folders whose frames are not the subject's."""


class NoException(Exception):
    """What a subject raised that is none of :class:`Exception`: an interrupt, a class of its own.

    Raised in its place, so that it is the answer of the call and ends nothing else.
    """

    def __init__(self, original: BaseException) -> None:
        super().__init__()
        self.original = original


def describe(error: BaseException) -> Raised:
    """An exception as plain text, with the innermost place outside torch, triton and the suite."""
    if isinstance(error, NoException):
        error = error.original
    place = ""
    for frame in traceback.extract_tb(error.__traceback__):
        # By parts of the path: `torchvision` begins with `torch` and is another package.
        if not any(Path(frame.filename).is_relative_to(folder) for folder in OURS):
            place = f"{frame.filename}:{frame.lineno}"
    try:
        message = str(error)[:LONGEST].strip()
    except BaseException:  # an exception of the subject's own may not even print
        message = ""
    unsupported = isinstance(error, UnsupportedFeature)
    fitting = isinstance(error, REFUSALS) and not isinstance(error, ACCIDENTS)
    refusal = fitting and bool(message) and not unsupported
    kind = type(error).__name__[:LONGEST]
    return Raised(kind, message or NO_MESSAGE, place, unsupported, refusal)
