"""``conformance describe``."""

import argparse
import json
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from conformance.catalogue.objects import SubjectNotFound
from conformance.catalogue.operators import families, find_operator, operator_names
from conformance.cli.options.choices import configuration_of
from conformance.contract import Operator
from conformance.events.verdict import ExitCode
from conformance.policy.nearest import did_you_mean
from conformance.policy.writing import write_whole
from conformance.reports.described.description import Section, describe, describe_family, lines_of
from conformance.reports.described.plain import FORMAT, plain
from conformance.reports.described.refusals import refusals
from conformance.reports.described.stub import signature, stub
from conformance.reports.foreign import printable

STDOUT = "-"


def execute(options: argparse.Namespace) -> ExitCode:
    """Print what an operator owes, or which operators a family has.

    Raises :class:`~conformance.catalogue.objects.SubjectNotFound` and
    :class:`~conformance.catalogue.operators.ContractBroken`.
    """
    if options.json is not None and not options.json.strip():
        what = f"{options.json!r} is no file to write"
        raise ValueError(f"--json: {what}: give a path, or - for standard output")
    name = configuration_of(options).asked_of(options.operator).operator
    members = families().get(name)
    if members:
        summaries = {each: find_operator(each).contract.summary for each in members}
        title, sections = f"{name}: a family of operators", describe_family(summaries)
        document = {"format": FORMAT, "family": name, "operators": summaries}
    else:
        operator = _operator(name)
        contract = operator.contract
        title, sections = f"{contract.name}: {contract.summary}", describe(operator)
        document = as_document(operator)
    if options.json == STDOUT:
        print(json.dumps(document, indent=1))
        return ExitCode.CONFORMANT
    if options.json:
        write_whole(Path(options.json), json.dumps(document, indent=1) + "\n")
    _print(title, sections)
    return ExitCode.CONFORMANT


def _operator(name: str) -> Operator:
    try:
        return find_operator(name)
    except SubjectNotFound as error:
        hint = did_you_mean(name, [*families(), *operator_names()])
        raise SubjectNotFound(f"{error}{hint}") from error


def as_document(operator: Operator) -> dict[str, Any]:
    """The description for machines."""
    contract = operator.contract
    return {
        "format": FORMAT,
        "name": contract.name,
        "signature": signature(contract),
        "contract": plain(contract),
        "refused": plain(refusals(contract)),
        "subjects": plain(operator.subjects),
        "releases": plain(operator.releases),
        "stub": stub(contract),
    }


def _print(title: str, sections: list[Section]) -> None:
    console = Console(highlight=False, soft_wrap=True)
    console.print(Text(printable(title), style="bold"))
    for line, is_title in lines_of(sections):
        console.print(Text(printable(line), style="bold cyan" if is_title else ""))
