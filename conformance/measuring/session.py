"""The process that measures, seen from the command: started, heard, replaced if it dies."""

import json
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace

from conformance.events.loading import REFUSALS, UsageError
from conformance.measuring.request import MeasuringRequest
from conformance.measuring.told import At, Figure, Lost, PointDone, Refused, Told, read
from conformance.runs.surroundings import working_folder

WORKER = ("-P", "-m", "conformance.measuring.worker")
_KEPT = 2000
"""Characters of what a process wrote to its standard error that are told when it dies."""


class MeasuringFailed(Exception):
    """The process that measures went wrong, and no contestant is to blame; the message says how."""


def measure(
    request: MeasuringRequest,
    hear: Callable[[Told], None],
    command: Sequence[str] = (sys.executable, *WORKER),
) -> None:
    """Have everything measured. Whoever ends the process is left out, and the rest goes on.

    Raises :class:`UsageError` for a request that makes no sense, and :class:`MeasuringFailed`.
    """
    left = list(request.only)
    without: list[str] = list(request.without)
    while left:
        asked = replace(request, only=tuple(left), without=tuple(without))
        run = _Run(asked, hear, command)
        end = run.listen()
        left = [number for number in left if number not in run.done]
        if end is None:
            return
        at = run.at
        culprit = run.lost.name if run.lost else at.name if at else ""
        if not culprit or culprit in without:
            raise MeasuringFailed(end)
        without.append(culprit)
        message = run.lost.message if run.lost else end
        doing = f"{at.doing}: " if at and at.name == culprit else ""
        hear(Figure(at.point if at else left[0], culprit, "", error=f"{doing}{message}"))


class _Run:
    """One process."""

    def __init__(
        self, request: MeasuringRequest, hear: Callable[[Told], None], command: Sequence[str]
    ) -> None:
        self._request, self._hear, self._command = request, hear, command
        self.at: At | None = None
        self.lost: Lost | None = None
        self.done: set[int] = set()

    def listen(self) -> str | None:
        """Hear all messages; how the process died, None if it did not."""
        with tempfile.TemporaryFile("w+", errors="replace") as errors:
            process = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors,
                text=True, cwd=working_folder(),
            )  # fmt: skip
            try:
                assert process.stdin is not None and process.stdout is not None
                process.stdin.write(json.dumps(self._request.as_dict()) + "\n")
                process.stdin.close()
                for line in process.stdout:
                    self._take(read(line))
                code = process.wait()
            finally:
                process.kill()
                process.wait()
            if code == 0:
                return None
            errors.seek(0)
            return _ended(code, errors.read())

    def _take(self, told: Told) -> None:
        match told:
            case At():
                self.at = told
            case Lost():
                self.lost = told
                return
            case Refused(error=error) if error in REFUSALS:
                raise MeasuringFailed(told.message)
            case Refused():
                raise UsageError(told.message)
            case PointDone():
                self.done.add(told.point)
        self._hear(told)


def _ended(code: int, errors: str) -> str:
    """How a process ended, and the last line that it wrote."""
    last = next((line for line in reversed(errors[-_KEPT:].splitlines()) if line.strip()), "")
    if code < 0:
        name = signal.Signals(-code).name if -code in list(signal.Signals) else f"signal {-code}"
        return f"the process died of {name}" + (f"; it wrote: {last}" if last else "")
    return f"the process ended with {code}" + (f"; it wrote: {last}" if last else "")
