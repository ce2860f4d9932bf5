"""A folder of captured calls, as it is read."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from conformance.capture.call import CaptureError
from conformance.capture.file import SUFFIX, CapturedFile, read_captured
from conformance.capture.limits import FILES


@dataclass(frozen=True)
class CapturedCalls:
    """The calls of a folder, in the order of their names."""

    folder: Path
    files: tuple[CapturedFile, ...]

    def of(self, operator: str) -> Iterator[CapturedFile]:
        """The calls of one operator."""
        return (file for file in self.files if file.call.operator == operator)

    def find(self, digest: str) -> CapturedFile | None:
        """The call that a case names; None if the folder has none of it."""
        return next((file for file in self.files if file.digest == digest), None)

    @property
    def operators(self) -> tuple[str, ...]:
        """The operators that were called, sorted."""
        return tuple(sorted({file.call.operator for file in self.files}))


def captured_calls(folder: Path) -> CapturedCalls:
    """Everything that was captured into a folder; the same call twice is one.

    Raises :class:`CaptureError` for a folder that is none, holds nothing, or holds a file that
    ends in ``.safetensors`` and is no captured call; and for more files than are read.
    """
    try:
        paths = sorted(path for path in folder.iterdir() if path.name.endswith(SUFFIX))
    except OSError as error:
        raise CaptureError(f"{folder}: {error.strerror or error}") from error
    if not paths:
        raise CaptureError(f"{folder}: this folder holds no captured call (*{SUFFIX})")
    if len(paths) > FILES:
        raise CaptureError(f"{folder}: this folder holds more than {FILES} captured calls")
    found: dict[str, CapturedFile] = {}
    for path in paths:
        file = read_captured(path)
        found.setdefault(file.digest, file)
    return CapturedCalls(folder, tuple(found.values()))
