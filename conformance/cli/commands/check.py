"""``conformance check``."""

import argparse
from collections.abc import Sequence

from conformance.cli.asked import Asking
from conformance.cli.asked_checks import lines_of
from conformance.events.events import AllFinished, RunFinished
from conformance.events.verdict import ExitCode
from conformance.reports.foreign import one_line
from conformance.runs.changed import changes_since, touched
from conformance.runs.configured import plans_of
from conformance.runs.family import jobs_for, run_family
from conformance.runs.plan import Plan
from conformance.runs.run import run


def execute(options: argparse.Namespace) -> ExitCode:
    """Run the checks, print and write the reports. Raises ``ValueError`` for one file twice."""
    names = [options.operator] if options.operator is not None else []
    registered = any("::" in name for name in names)
    if names and not registered and (options.contract or options.example):
        raise ValueError(
            "--contract and --example are for an operator that is registered with torch: "
            "conformance check NAMESPACE::OPERATOR --import FILE.py"
        )
    if options.watch:
        return _watched(options, names)
    asking = Asking(options)
    if options.changed_since:
        names = _touched(options.changed_since, asking, names)
        if not names:
            return ExitCode.CONFORMANT
    plans = plans_of(asking.configuration, names, asking.occasion)
    if options.list_checks:
        print("\n".join(lines_of(plans)))
        return ExitCode.CONFORMANT
    end: RunFinished | AllFinished
    if len(plans) == 1:
        end = run(plans[0], [asking.told], asking.store)
    else:
        jobs = 1 if registered else asking.choices.jobs or jobs_for(asking.device, len(plans))
        end = run_family(
            plans, [asking.told], asking.store, jobs, options.operator or "", ahead=True
        )
    return asking.outcome(end)


def _watched(options: argparse.Namespace, names: list[str]) -> ExitCode:
    for option in ("changed_since", "list_checks", "write_waivers"):
        if getattr(options, option):
            raise ValueError(f"--watch and --{option.replace('_', '-')}: choose one")
    from conformance.cli.watched import watch

    def asked(options: argparse.Namespace) -> tuple[Asking, Sequence[Plan]]:
        asking = Asking(options)
        return asking, plans_of(asking.configuration, names, asking.occasion)

    return watch(options, asked)


def _touched(revision: str, asking: Asking, names: list[str]) -> list[str]:
    """The operators that a change touches, told with why."""
    changes = changes_since(revision)
    found = touched(changes, asking.configuration, names)
    for name, files in found.items():
        first, more = files[0].relative_to(changes.root), len(files) - 1
        rest = f" and {more} more" if more else ""
        print(one_line(f"{name}: {first}{rest} changed since {revision}"))
    if not found:
        count = len(changes.files)
        print(one_line(f"no operator is touched by the {count} files changed since {revision}"))
    return list(found)
