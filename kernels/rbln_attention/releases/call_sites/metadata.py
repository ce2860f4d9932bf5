"""The metadata that a release builds, as far as its fields reach an operator."""

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from conformance.sources.calls.constructions import read_constructions
from conformance.sources.calls.site import Calls, CallSite
from conformance.sources.comparing.finding import Cause, SourceFinding, source_finding
from conformance.sources.comparing.tensor_conditions import tensor_conditions
from conformance.sources.comparing.unresolved import unresolved_findings
from conformance.sources.paths.assumptions import Assumptions
from conformance.sources.reading.source import Sources
from conformance.sources.values.value import Value

from . import meanings as words
from .runner import block_ids


@dataclass(frozen=True)
class Field:
    """One field of the metadata, and the expression that it gets on one path."""

    owner: str
    """The class of the metadata."""
    name: str
    text: str
    """The canonical expression."""
    meaning: str | None
    """None if it is unknown."""
    where: str
    """`file:line`."""
    assumed: tuple[str, ...]
    """What the path assumes."""


@dataclass(frozen=True)
class Metadata:
    """What the files of a release show of its metadata."""

    fields: tuple[Field, ...]
    tensor_conditions: tuple[SourceFinding, ...]
    """Where the files that build metadata use a tensor as a condition."""
    unresolved: tuple[SourceFinding, ...]


def read_metadata(sources: Sources) -> Metadata:
    """All metadata that the files build, as far as its fields may reach an operator."""
    fields: list[Field] = []
    conditions: list[SourceFinding] = []
    found: list[SourceFinding] = []
    for source in sources.files:
        sites, unresolved = read_constructions(source, _is_metadata)
        handed = tuple(block_ids(sources, source)) if sites else ()
        fields += [field for site in sites for field in _fields(site, handed)]
        conditions += tensor_conditions(source) if sites else []
        found += unresolved_findings(Calls((), (), tuple(unresolved)))
    return Metadata(tuple(dict.fromkeys(fields)), tuple(conditions), tuple(found))


def _is_metadata(call: ast.Call) -> bool:
    given = {keyword.arg for keyword in call.keywords}
    return len(given & {*words.METADATA_FIELDS}) > 1 and ast.unparse(call.func).endswith("Metadata")


def _fields(site: CallSite, handed: Sequence[tuple[Value, Assumptions, str]]) -> Iterator[Field]:
    """The fields of one construction.

    `handed` holds what the builder gets for its parameter `BLOCK_IDS`: the value, what is assumed,
    and the place.
    """
    if words.OTHER_BACKEND in site.assumptions.texts():
        return
    for argument in site.arguments:
        if (name := argument.name or "") not in words.METADATA_FIELDS:
            continue
        for text, meaning, assumptions in words.BUILDER.meanings(argument.value, site.assumptions):
            if text != words.BLOCK_IDS or not handed:
                yield Field(site.operator, name, text, meaning, argument.place, assumptions.texts())
                continue
            for value, known, place in handed:
                where = f"{place} -> {argument.place}"
                for given, meant, by in words.BUILDER.meanings(value, known):
                    assumed = (*by.texts(), *assumptions.texts())
                    yield Field(site.operator, name, given, meant, where, assumed)


def check_metadata(metadata: Metadata, sites: Iterable[CallSite]) -> Iterator[SourceFinding]:
    """What is wrong with the fields that the calls of one operator use."""
    used = {
        text.rpartition(".")[2]
        for site in sites
        for argument in site.arguments
        for text, _, _ in words.BACKEND.meanings(argument.value, site.assumptions)
    }
    for field in metadata.fields:
        wanted = words.METADATA_FIELDS[field.name]
        if field.name in used and field.meaning not in wanted:
            yield source_finding(
                Cause.WRONG if field.meaning else Cause.UNKNOWN,
                f"{field.owner}: {field.name}",
                f"the field gets {field.meaning or 'something of unknown meaning'}",
                field.text[:160],
                " or ".join(sorted(wanted)),
                where=field.where,
                condition=" and ".join(field.assumed),
            )
    for finding in metadata.tensor_conditions:
        if finding.about.removeprefix("self.") in used:
            yield finding
