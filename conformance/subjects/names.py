"""What can be the name of a subject. Imports nothing that a subject needs."""

from contextlib import suppress
from importlib.metadata import PackageNotFoundError, entry_points, version

from conformance.catalogue.objects import SubjectNotFound, check_place
from conformance.contract import Operator, Release

GROUP = "conformance.subjects"


def release_named(operator: Operator, name: str) -> Release | None:
    """The release that ``PACKAGE`` or ``PACKAGE==VERSION`` speaks of."""
    package = name.partition("==")[0]
    return next((release for release in operator.releases if release.package == package), None)


def known_subjects(operator: Operator) -> list[str]:
    """The names that an operator brings: its implementations, and packages that hold one."""
    return [*operator.subjects, *(release.package for release in operator.releases)]


def default_subject(operator: Operator) -> str:
    """The name of the operator's own implementation, else of the first package that holds one.

    Raises :class:`SubjectNotFound` if there is neither.
    """
    if not operator.subjects and operator.releases:
        return operator.releases[0].package
    if not operator.subjects:
        raise SubjectNotFound(f"{operator.contract.name} has no subject of its own: give one")
    return next(iter(operator.subjects))


def check_name(operator: Operator, name: str) -> None:
    """Raise :class:`SubjectNotFound` for a name that cannot be a subject. Imports nothing."""
    if name in operator.subjects or release_named(operator, name):
        return
    if "::" in name or entry_points(group=GROUP, name=name):
        return
    if ":" not in name:
        known = ", ".join(known_subjects(operator)) or "none"
        raise SubjectNotFound(
            f"no subject {name!r} of {operator.contract.name}; known: {known};"
            " or write FILE.py:NAME, MODULE:NAME, NAMESPACE::OPERATOR, PACKAGE==VERSION"
        )
    check_place(name)


def installed_version(release: Release) -> str:
    """The version of the installed package, empty if it is not installed."""
    for distribution in (release.package, *release.distributions):
        with suppress(PackageNotFoundError):
            return version(distribution)
    return ""
