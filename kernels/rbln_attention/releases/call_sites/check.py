"""What the vllm-rbln plugin's attention code passes to its operators, read from a release's files.

Nothing of the plugin is imported. `sources` is always a folder with the content of a wheel.
"""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from conformance.events.finding import Finding
from conformance.events.verdict import NotSupported
from conformance.sources.comparing.finding import REMARKS, UNDECIDED, Cause, SourceFinding

from ...names import FAMILY
from .arguments import check_arguments
from .forms import Form, block_table_rank, check_forms, seq_idx_form
from .meanings import CUSTOM, TRITON
from .metadata import check_metadata
from .registrations import check_launches, check_registration
from .release import files, read_release

__all__ = [
    "Count",
    "Form",
    "block_table_rank",
    "check_call_sites",
    "files",
    "look",
    "not_resolved",
    "seq_idx_form",
    "summary",
]


@dataclass(frozen=True)
class Count:
    """How much was looked at for one operator in one namespace."""

    operator: str
    namespace: str
    calls: int
    """Calls in the sources, `file:line`, that may mean the operator."""
    ways: int
    """Different ways to reach them with their arguments."""
    launches: int


def check_call_sites(sources: Path, version: str, operator: str) -> list[SourceFinding]:
    """What is wrong with, or worth saying about, the calls and the kernel of one operator.

    `operator` is a name of `names.FAMILY`. Both namespaces are looked at. The `kind` of a finding
    tells errors from remarks. Raises ValueError for another operator, FileNotFoundError and
    SyntaxError if the release's files are not there or not Python.
    """
    if operator not in FAMILY:
        raise ValueError(f"operator: got {operator!r}, want one of {', '.join(FAMILY)}")
    release = read_release(sources, version)
    spaces = [f"{space}::{operator}" for space in (TRITON, CUSTOM)]
    found: list[SourceFinding] = []
    for name in spaces:
        found += check_arguments(release, name)
        found += check_registration(release, name)
    found += check_launches(release, operator)
    found += check_forms(release, operator)
    sites = [site for site in release.calls.sites if site.operator in spaces]
    found += check_metadata(release.metadata, sites)
    found += [finding for finding in release.problems if _concerns(finding, operator)]
    return list(dict.fromkeys(found))


def _concerns(finding: SourceFinding, operator: str) -> bool:
    """What names no operator may concern any."""
    named = {name for name in FAMILY if re.search(rf"\b{name}\b", f"{finding.about} {finding.got}")}
    return operator in named or not named


def look(sources: Path, operator: str, version: str) -> list[Finding]:
    """What is wrong with the calls and the kernel of one operator, as a table of releases asks.

    Remarks are left out. Raises `NotSupported` if nothing is wrong as far as the syntax tells and
    it does not tell everything, for that is no pass; otherwise as `check_call_sites`.
    """
    found = [f for f in check_call_sites(sources, version, operator) if f.cause not in REMARKS]
    undecided = [finding for finding in found if finding.cause in UNDECIDED]
    if undecided and len(undecided) == len(found):
        first = undecided[0]
        raise NotSupported(f"{first.about}: {first.message}, {first.where}")
    return [finding for finding in found if finding.cause not in UNDECIDED]


def summary(sources: Path, version: str) -> list[Count]:
    """How many calls and launches there are, by operator and namespace; others come last."""
    calls = read_release(sources, version).calls
    places = Counter(name for name, _ in {(site.operator, site.place) for site in calls.sites})
    ways = Counter(site.operator for site in calls.sites)
    launches = Counter(launch.operator for launch in calls.launches)
    known = [f"{space}::{name}" for name in FAMILY for space in (TRITON, CUSTOM)]
    others = sorted({*ways, *launches} - {*known})
    return [
        Count(name.partition("::")[2] or name, name.partition("::")[0], places[name], ways[name],
              launches[name])
        for name in [*known, *others]
    ]  # fmt: skip


def not_resolved(sources: Path, version: str) -> list[SourceFinding]:
    """What the syntax of the release does not tell, over all operators."""
    found = read_release(sources, version).problems
    return [finding for finding in found if finding.cause is Cause.NOT_RESOLVED]
