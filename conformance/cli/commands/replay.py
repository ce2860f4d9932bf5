"""``conformance replay``."""

import argparse

from conformance.case import Case
from conformance.catalogue.operators import operator_names
from conformance.cli.options.choices import configured, only_subject
from conformance.cli.options.common import add_replay_options
from conformance.cli.replay_debugged import open_here
from conformance.cli.replayed import options_of, recorded, recorded_lines
from conformance.events.request import Registration, Request
from conformance.events.verdict import ExitCode, exit_code
from conformance.policy.nearest import did_you_mean
from conformance.policy.profiles import profile
from conformance.reports.foreign import one_line
from conformance.reports.replay import ReplayReport
from conformance.runs.names import check_names, check_registered
from conformance.runs.plan import OneCase, Plan
from conformance.runs.run import run


def execute(options: argparse.Namespace) -> ExitCode:
    """Run one case and say what comes of it. Raises ``ValueError`` for two different operators."""
    if options.list:
        print("\n".join(recorded_lines(options)))
        return ExitCode.CONFORMANT
    if (failure := recorded(options)) is not None:
        parser = argparse.ArgumentParser(prog="conformance replay")
        add_replay_options(parser)
        options = options_of(failure, options, parser)
        print(one_line(f"{failure.id}, found {failure.time[:16]}: {failure.line}"), flush=True)
    if options.dump and not options.dump.absolute().parent.is_dir():
        raise ValueError(f"--dump {options.dump}: there is no folder {options.dump.parent}")
    case = Case.parse(options.case)
    asked = configured(options, _operator(options, case))
    name, subject = asked.operator, only_subject(asked)
    registration = None
    if asked.registered and (options.debug or options.dump):
        raise ValueError("--debug and --dump are for cases of a contract, not of a registration")
    if asked.registered:
        registration = Registration(name, asked.contract, asked.example)
        check_registered(name, asked.contract, [case.check])
    else:
        check_names([name], subject, [case.check], asked.choices.settings)
    request = Request(
        name,
        subject,
        (asked.choices.devices or ("cpu",))[0],
        profile("gate"),
        case.seed,
        limits=asked.choices.limits.limits(),
        imports=asked.imports,
        registration=registration,
        cases=str(options.cases) if options.cases else None,
        settings=dict(asked.choices.settings),
        dump=str(options.dump.absolute()) if options.dump else None,
    )
    plan, listeners = Plan(request, OneCase(options.case)), [ReplayReport()]
    if not options.debug:
        return exit_code(run(plan, listeners).verdict)
    print("in this process, without isolation or limits", flush=True)
    return exit_code(run(plan, listeners, open_session=open_here).verdict)


def _operator(options: argparse.Namespace, case: Case) -> str:
    """The operator that the command names; without one, the installed one that the case names.

    A line may come from a stranger: by itself it never names a file or a module.
    """
    given = [name for name in (options.name, options.operator) if name is not None]
    if len(set(given)) > 1:
        raise ValueError(f"{' and '.join(map(repr, given))}: name one operator")
    if given:
        return str(given[0])
    known = operator_names()
    if case.contract not in known:
        hint = did_you_mean(case.contract, known)
        raise ValueError(
            f"no installed operator {case.contract!r}{hint or '; known: ' + ', '.join(known)}; "
            "name any other before the case: conformance replay FILE.py:NAME CASE"
        )
    return case.contract
