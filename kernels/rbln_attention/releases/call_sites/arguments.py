"""What the backend passes to an operator, and what it has and does not pass."""

import re
from collections.abc import Iterator

from conformance.sources.calls.constructions import implied_conditions, raise_conditions
from conformance.sources.calls.site import CallSite
from conformance.sources.comparing.compare import compare_call, unknown_meanings
from conformance.sources.comparing.finding import Cause, SourceFinding, source_finding
from conformance.sources.comparing.vocabulary import NONE
from conformance.sources.reading.registrations import Schemas
from conformance.sources.reading.schema import OperatorSchema
from conformance.sources.reading.source import Source
from conformance.sources.values.arguments import bind

from . import meanings as words
from .release import Release


def check_arguments(release: Release, name: str) -> Iterator[SourceFinding]:
    """What is wrong with, or worth saying about, the calls of the operator `namespace::name`."""
    sites = [site for site in release.calls.sites if site.operator == name]
    for site in sites:
        if schema := _schema(release.schemas, site):
            yield from compare_call(site, schema, words.BACKEND)
        else:
            yield from unknown_meanings(site, words.BACKEND)
        yield from _dropped(release, site)
    if sites and not _schema(release.schemas, sites[0]):
        message = "the release calls the operator and does not register it: nothing to compare with"
        yield source_finding(Cause.NO_SCHEMA, name, message, where=sites[0].place)


def _schema(schemas: Schemas, site: CallSite) -> OperatorSchema | None:
    """The registration of the operator; of several, the one in the file where the path starts."""
    every = [schemas.real.get(site.operator), *schemas.duplicates]
    fitting = [schema for schema in every if schema and schema.name == site.operator]
    near = (schema for schema in fitting if schema.file == site.starts_in)
    return next(near, fitting[0] if fitting else None)


def _dropped(release: Release, site: CallSite) -> Iterator[SourceFinding]:
    """What the backend has, and neither passes in this call nor refuses.

    It has what it stores as `self.sinks`, and what it passes in another call of the operator.
    """
    backend = release.file(site.starts_in)
    held = {"sinks"} if "self.sinks" in backend.attributes else set()
    for other in release.calls.sites:
        if (
            _without_namespace(other) == _without_namespace(site)
            and other.starts_in == site.starts_in
        ):
            held |= _passed_meanings(other)
    known = implied_conditions(backend, site.assumptions.texts())
    for meaning in sorted(held - _passed_meanings(site) - _passed_as_none(release, site) - {NONE}):
        if meaning == "sinks" and "self.sinks is None" in known:
            continue
        if _is_refused(backend, meaning):
            continue
        yield source_finding(
            Cause.DROPPED if meaning in words.IMPLIED else Cause.IGNORED,
            f"{site.operator}: {meaning}",
            f"the backend has {meaning} and neither passes nor refuses it",
            ", ".join(argument.text for argument in site.arguments),
            where=site.where,
            condition=site.condition,
        )


def _without_namespace(site: CallSite) -> str:
    return site.operator.partition("::")[2]


def _passed_meanings(site: CallSite) -> set[str]:
    """The meanings of a call's arguments."""
    return {
        meaning
        for argument in site.arguments
        for _, meaning, _ in words.BACKEND.meanings(argument.value, site.assumptions)
        if meaning
    }


def _passed_as_none(release: Release, site: CallSite) -> set[str]:
    """The meanings for which a call passes None on every path."""
    schema = _schema(release.schemas, site)
    found: set[str] = set()
    for parameter, argument in bind(schema.parameters, site.arguments).pairs if schema else []:
        meanings = {m for _, m, _ in words.BACKEND.meanings(argument.value, site.assumptions)}
        if meanings == {NONE}:
            found |= words.roles(site.operator, parameter.name) or frozenset()
    return found


def _is_refused(backend: Source, meaning: str) -> bool:
    """Whether the constructor of the backend raises where the meaning would matter."""
    if not (wanted := words.REFUSED_WITH.get(meaning)):
        return False
    # Only what all paths to a place assume is the reason to raise there.
    shared: dict[str, set[str]] = {}
    for maker in (f for f in backend.all_functions if f.name == "__init__"):
        for texts, place in raise_conditions(backend, maker):
            shared[place] = shared.get(place, {*texts}) & {*texts}
    return any(
        all(any(re.fullmatch(pattern, text) for text in texts) for pattern in wanted)
        for texts in shared.values()
    )
