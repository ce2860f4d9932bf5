"""``conformance check --watch``: rounds, and what stands between them."""

import argparse
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from rich.text import Text

from conformance.catalogue.objects import SubjectNotFound
from conformance.catalogue.operators import ContractBroken
from conformance.cli.asked import Asking
from conformance.cli.outcome import complain
from conformance.events.events import RunFinished
from conformance.events.loading import UsageError
from conformance.events.verdict import ExitCode, Verdict
from conformance.policy.configuration import Configuration
from conformance.runs.plan import Plan
from conformance.runs.signals import answered, checkpoint, held
from conformance.runs.watching.files import Saves, WatchedFiles, names_of
from conformance.runs.watching.ready import ReadyJudges, SaveCame
from conformance.runs.watching.rounds import Round, Rounds

Asked = Callable[[argparse.Namespace], tuple[Asking, Sequence[Plan]]]
"""What is to be asked, read anew from options and configuration."""
_MISTAKES = (UsageError, SubjectNotFound, ContractBroken, ValueError, OSError)
_LOOK = 0.1
"""Seconds between two looks at whether a signal came."""


@held()
def watch(options: argparse.Namespace, asked: Asked) -> ExitCode:
    """Ask on every save until a signal ends it; the exit code of the last verdict.

    Raises what ``asked`` raises the first time: what was never right is no work in progress. A
    contract that is broken may be one.
    """
    watching = _Watching(options, asked)
    try:
        watching.go_on()
    except KeyboardInterrupt:
        answered()
    finally:
        watching.close()
    return watching.code


class _Watching:
    def __init__(self, options: argparse.Namespace, asked: Asked) -> None:
        self._options, self._asked = options, asked
        self._saves: Saves | None = None
        self._judges = ReadyJudges(self._interrupt)
        self._rounds = Rounds(self._judges, self._interrupt)
        self._number = 0
        self.code = ExitCode.UNDECIDED

    def close(self) -> None:
        self._judges.close()
        if self._saves is not None:
            self._saves.__exit__()

    def go_on(self) -> None:
        """Round after round. Ends with ``KeyboardInterrupt``."""
        self._judges.prepare()
        changed: list[Path] = []
        while True:
            try:
                self._round(changed)
                changed = self._wait()
            except SaveCame:
                assert self._saves is not None
                changed = self._saves.take()
                print(f"broken off: {names_of(changed)} changed", flush=True)

    def _round(self, changed: Sequence[Path]) -> None:
        self._number += 1
        try:
            asking, plans = self._asked(self._options)
        except ContractBroken as error:
            self._broken(error)
            return
        except _MISTAKES as error:
            if self._saves is None:
                raise
            self._broken(error)
            return
        self._options.seed = asking.occasion.seed  # the same draws in every round
        files = self._look_at(asking.configuration, plans)
        self._head(asking, changed)
        try:
            found = self._rounds.ask(plans, asking.told, asking.store)
        except _MISTAKES as error:
            self._broken(error, files)
            return
        self.code = asking.outcome(_end_of(found))
        self._say(files, _verdict_text(found))

    def _broken(self, error: Exception, files: WatchedFiles | None = None) -> None:
        complain(str(error))
        self.code = ExitCode.USAGE
        files = files or self._look_at(Configuration(), ())
        self._say(files, "nothing could be asked")

    def _look_at(self, configuration: Configuration, plans: Sequence[Plan]) -> WatchedFiles:
        """The files that matter from now on."""
        options = self._options
        names = [options.operator] if options.operator else list(configuration.operators)
        said = [getattr(options, name, None) for name in ("subject", "imports", "contract")]
        said += [plan.request.subject for plan in plans]
        files = WatchedFiles.of(configuration, names, [text for text in said if text])
        if self._saves is None or self._saves.files.places != files.places:
            if self._saves is not None:
                self._saves.__exit__()
            self._saves = Saves(files).__enter__()
        self._saves.files = files
        return files

    def _interrupt(self) -> None:
        if self._saves is not None and self._saves.came.is_set():
            raise SaveCame

    def _wait(self) -> list[Path]:
        assert self._saves is not None
        self._judges.prepare()
        while not self._saves.came.wait(_LOOK):
            checkpoint()
        return self._saves.take()

    def _head(self, asking: Asking, changed: Sequence[Path]) -> None:
        what = f"{names_of(changed)} changed" if changed else "watching"
        line = f"round {self._number}, {datetime.now():%H:%M:%S}: {what}"
        if asking.console.is_terminal:
            asking.console.rule(Text(line))
        else:
            print(f"=== {line}", flush=True)

    def _say(self, files: WatchedFiles, last: str) -> None:
        count = len(files.files)
        noun = "file" if count == 1 else "files"
        print(f"watching {count} {noun}; last verdict {last}; Ctrl-C ends", flush=True)


def _verdict_text(found: Round) -> str:
    which = f" ({', '.join(found.failed)})" if found.failed else ""
    first = f"first verdict {found.first_seconds:.1f} s, " if found.first_seconds else ""
    return f"{found.verdict}{which}: {first}all {found.seconds:.1f} s"


def _end_of(found: Round) -> RunFinished:
    complete = found.verdict is not Verdict.NOT_RUN
    return RunFinished(found.verdict, {}, found.seconds, complete, found.troubles)
