"""Running pip: bounded in time, output and files, never left behind, not misled by its caller."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from conformance.wheels.deadline import remaining

LARGEST_WHEEL = 4 << 30
"""Bytes of a file that pip may write."""
MOST_MEMORY = 1 << 30
"""Bytes that pip may reserve: it reads the whole answer of an index into memory."""
MOST_OUTPUT = 16 << 20
"""Bytes of pip's output that are read, its beginning and its end."""

# Python puts the current folder on the path of `-m` and `-c`, where a `pip` or `json.py` may lie.
# The signal that the process asks for comes when its parent is gone (PR_SET_PDEATHSIG is 1).
_PROGRAM = """
import sys
sys.path[:] = [place for place in sys.path if place]
import os, resource, runpy
try:
    import ctypes
    ctypes.CDLL(None).prctl(1, 9)
except (AttributeError, ImportError, OSError):
    pass
if os.getppid() != int(sys.argv.pop(1)):
    sys.exit("the process that asked is gone")
for kind in ("FSIZE", "AS"):
    limit, number = int(sys.argv.pop(1)), getattr(resource, "RLIMIT_" + kind)
    soft, hard = resource.getrlimit(number)
    known = [value for value in (limit, soft, hard) if value != resource.RLIM_INFINITY]
    try:
        resource.setrlimit(number, (min(known), hard))
    except (OSError, ValueError):
        pass  # not every system has every limit
{hook}
runpy.run_module("pip", run_name="__main__", alter_sys=True)
"""
_DROPPED = {
    "PIP_QUIET",
    "PIP_VERBOSE",
    "PYTHONINSPECT",
    "PYTHONWARNINGS",
    "PYTHONPROFILEIMPORTTIME",
    "PYTHONVERBOSE",
}
"""Variables that change what pip prints."""


@dataclass(frozen=True)
class PipEnd:
    """How a run of pip ended: its ``code`` (None: it was ended at the limit), what it printed."""

    code: int | None
    output: str

    @property
    def how(self) -> str:
        """The signal that ended it, empty if none did."""
        if self.code is None or self.code >= 0:
            return ""
        try:
            return signal.Signals(-self.code).name
        except ValueError:
            return f"signal {-self.code}"


def run_pip(
    arguments: Sequence[str], scratch: Path, hook: str = "", given: Sequence[str] = ()
) -> PipEnd:
    """Run pip with its temporary files below ``scratch``, for as long as fetching may still take.

    ``hook`` is a program that runs in pip's process before pip; it takes the words ``given`` from
    ``sys.argv``. Raises OSError if nothing can be written below ``scratch``.
    """
    limits = [str(LARGEST_WHEEL), str(MOST_MEMORY)]
    program = _PROGRAM.replace("{hook}", hook)
    command = [sys.executable, "-c", program, str(os.getpid()), *limits, *given, *arguments]
    environment = {name: value for name, value in os.environ.items() if name not in _DROPPED}
    environment |= {"TMPDIR": str(scratch), "PYTHONIOENCODING": "utf-8:backslashreplace"}
    # A file and no pipe: what pip starts may hold a pipe open beyond pip's end.
    with tempfile.TemporaryFile(dir=scratch) as output:
        code: int | None
        try:
            code = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=environment,
                timeout=max(0.1, remaining()),
            ).returncode
        except subprocess.TimeoutExpired:
            code = None
        except OSError as error:
            return PipEnd(1, f"ERROR: pip cannot be started: {error}")
        size = output.seek(0, 2)
        output.seek(0)
        text = output.read(MOST_OUTPUT // 2)
        if size > MOST_OUTPUT // 2:
            output.seek(max(MOST_OUTPUT // 2, size - MOST_OUTPUT // 2))
            text += output.read()
    return PipEnd(code, text.decode("utf-8", "replace"))
