"""What a release of the vllm-rbln plugin passes to its attention operators, read from its files.

Nothing of the plugin is imported. `sources` is always a folder with the content of a wheel.
"""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from conformance.events.finding import Finding, Weight
from conformance.events.verdict import NotSupported
from conformance.sources.comparing.finding import UNDECIDED, Cause, SourceFinding

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
    """How many calls and launches of one operator in one namespace were found."""

    operator: str
    namespace: str
    calls: int
    """Places in the sources, `file:line`, that may call the operator."""
    sites: int
    """The same, counted once for each set of arguments."""
    launches: int


def check_call_sites(sources: Path, version: str, operator: str) -> list[SourceFinding]:
    """What is wrong with, or worth saying about, the calls and the kernel of one operator.

    `operator` is a name of `names.FAMILY`; both of its namespaces are read. Remarks have the
    weight `NOTE`. Raises ValueError for another operator, FileNotFoundError if a file of the
    release is missing, SyntaxError if a file is not Python.
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
    found += [finding for finding in release.unresolved if _concerns(finding, operator)]
    return list(dict.fromkeys(found))


def _concerns(finding: SourceFinding, operator: str) -> bool:
    """Whether a finding is about the operator, or names no operator and may be about any."""
    named = {name for name in FAMILY if re.search(rf"\b{name}\b", f"{finding.about} {finding.got}")}
    return operator in named or not named


def look(sources: Path, operator: str, version: str) -> list[Finding]:
    """What is wrong with the calls and the kernel of one operator: a cell of the release table.

    Remarks are left out. If nothing wrong was found, but the syntax hides something, that is no
    pass: `NotSupported` is raised. Raises the errors of `check_call_sites` as well.
    """
    every = check_call_sites(sources, version, operator)
    found = [finding for finding in every if finding.weight is Weight.ERROR]
    undecided = [finding for finding in found if finding.cause in UNDECIDED]
    if undecided and len(undecided) == len(found):
        first = undecided[0]
        raise NotSupported(f"{first.about}: {first.message}, {first.where}")
    return [finding for finding in found if finding.cause not in UNDECIDED]


def summary(sources: Path, version: str) -> list[Count]:
    """Calls and launches of each operator of the family, then of every other operator."""
    calls = read_release(sources, version).calls
    places = Counter(name for name, _ in {(site.operator, site.place) for site in calls.sites})
    every_site = Counter(site.operator for site in calls.sites)
    launches = Counter(launch.operator for launch in calls.launches)
    known = [f"{space}::{name}" for name in FAMILY for space in (TRITON, CUSTOM)]
    others = sorted({*every_site, *launches} - {*known})
    return [
        Count(
            name.partition("::")[2] or name,
            name.partition("::")[0],
            places[name],
            every_site[name],
            launches[name],
        )
        for name in [*known, *others]
    ]


def not_resolved(sources: Path, version: str) -> list[SourceFinding]:
    """What the syntax of the release hides, for all operators together."""
    found = read_release(sources, version).unresolved
    return [finding for finding in found if finding.cause is Cause.NOT_RESOLVED]
