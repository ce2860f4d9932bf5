"""One command from its words to its exit code, whatever happens to its streams and processes."""

import argparse
import os
import select
import signal
import sys
import tempfile
import traceback
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, NoReturn

from conformance.cli.streams import Tolerant, open_closed, tolerant
from conformance.events.verdict import ExitCode
from conformance.reports.foreign import indented, one_line
from conformance.runs.signals import Signals, interrupted, interruptible

if TYPE_CHECKING:
    from conformance.runs.descendants import Descendants

_STARTS_PROCESSES = {
    "bench",
    "check",
    "generate",
    "new",
    "registrations",
    "replay",
    "releases",
    "lock",
    "diff",
    "tune",
}
_IS_ITS_TEXT = {"list", "describe", "explain", "lock", "diff", "configuration"}
"""Commands that come to nothing if their text is lost; the others have a verdict as well."""
_SECONDS = 30
"""How long a command may take to end after a signal."""


def run_command(parser: argparse.ArgumentParser, arguments: Sequence[str] | None) -> int:
    """Run the command that the arguments name; those of the process if None. The exit code.

    Raises ``SystemExit`` as the parser does, for help and for mistakes.
    """
    own_process = arguments is None
    if own_process:
        open_closed()
    command = _Command(parser, arguments)
    try:
        return command.run()
    finally:
        if own_process:
            command.end()
        else:
            command.give_back()


class _Command:
    """What belongs to one command while it runs."""

    def __init__(self, parser: argparse.ArgumentParser, arguments: Sequence[str] | None) -> None:
        self._parser = parser
        self._arguments = arguments
        self._output = tolerant("stdout", 1)
        tolerant("stderr", 2)
        self._processes: Descendants | None = None
        self._signals = Signals(self._end_at_once, _SECONDS)

    def run(self) -> int:
        """The exit code."""
        self._signals.install()
        if hasattr(signal, "SIGTTOU") and self._arguments is None:
            # A job in the background would be stopped for good by writing to its terminal.
            signal.signal(signal.SIGTTOU, signal.SIG_IGN)
        try:
            with interruptible():
                code = self._run()
        except KeyboardInterrupt:
            _say("interrupted")
            code = ExitCode.UNDECIDED
        except Exception as error:  # Python's own exit code for it would mean "not conformant"
            _say(_own_fault(error))
            code = ExitCode.UNDECIDED
        if self._processes is not None:
            self._processes.end()
        _flush()
        return int(ExitCode.UNDECIDED if interrupted() else code)

    def end(self) -> None:
        """Let nothing change the exit code any more."""
        self._signals.ignore()

    def give_back(self) -> None:
        """Leave the process as it was."""
        self._signals.restore()

    def _run(self) -> ExitCode:
        try:
            options = self._parser.parse_args(self._arguments)
        except SystemExit:
            if self._text_is_lost():
                raise SystemExit(int(ExitCode.UNDECIDED)) from None
            raise
        if options.command in _STARTS_PROCESSES:
            from conformance.runs.descendants import Descendants

            self._processes = Descendants()
        code = _execute(options)
        if self._text_is_lost() and options.command in _IS_ITS_TEXT:
            return ExitCode.UNDECIDED
        return code

    def _text_is_lost(self) -> bool:
        """Whether what was printed is not all there though somebody wants it. Says so."""
        _flush()
        lost = self._output.lost if isinstance(self._output, Tolerant) else None
        if lost is not None:
            _say(f"standard output: {lost.strerror}; what is printed there is not complete")
        return lost is not None

    def _end_at_once(self) -> NoReturn:
        if self._processes is not None:
            self._processes.end(2.0)
        if select.select([], [2], [], 0)[1]:
            os.write(2, b"conformance: ended at once; reports hold what was known\n")
        os._exit(ExitCode.UNDECIDED)


def _say(line: str) -> None:
    print(f"conformance: {line}", file=sys.stderr)


def _flush() -> None:
    if sys.stdout is not None:
        sys.stdout.flush()


def _own_fault(error: BaseException) -> str:
    """An exception that nobody expected, on one line, and where its traceback is."""
    words = one_line(" ".join(str(error).split()))
    line = (
        "ERROR, the suite itself went wrong and nothing is known of the subject: "
        f"{type(error).__name__}: {words}"
    )
    text = "".join(traceback.format_exception(error))
    try:
        number, path = tempfile.mkstemp(prefix="conformance-", suffix=".log")
        with os.fdopen(number, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
    except OSError:
        return f"{line}; please report it with this:\n{indented(text.rstrip())}"
    return f"{line}; please report it with {path}"


def _complaint(error: Exception) -> str:
    """An error on one line; of the operating system, the file and what is wrong with it."""
    if isinstance(error, OSError) and error.filename and error.strerror:
        return f"{error.filename}: {error.strerror}"
    return str(error)


def _execute(options: argparse.Namespace) -> ExitCode:
    from conformance.catalogue.objects import SubjectNotFound
    from conformance.catalogue.operators import ContractBroken
    from conformance.events.loading import UsageError

    command = import_module(f"conformance.cli.commands.{options.command}")
    try:
        code: ExitCode = command.execute(options)
        return code
    except (UsageError, SubjectNotFound, ContractBroken, ValueError, OSError) as error:
        _say(indented(_complaint(error)))
        return ExitCode.USAGE
    except SystemExit as end:  # of a module that ends the process: no exit code of ours
        raise RuntimeError(f"ended with {end.code}") from end
