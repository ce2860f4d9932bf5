"""Names that a user gave, looked up before anything is started: no torch is imported for a typo."""

from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatch
from pathlib import Path

from conformance.catalogue.objects import SubjectNotFound, check_place
from conformance.catalogue.operators import (
    SettingRefused,
    check_settings,
    families,
    find_operator,
    operator_names,
)
from conformance.checks.listing import (
    every_listed,
    listed_of_generation,
    listed_of_kernels,
    listed_of_registrations,
)
from conformance.contract import ContractMistake, Operator
from conformance.events.loading import UsageError
from conformance.policy.nearest import did_you_mean
from conformance.policy.waivers import WaiverError, load_waivers
from conformance.subjects.names import check_name, known_subjects


def check_names(
    operators: Sequence[str],
    subject: str | None = None,
    checks: Sequence[str] = (),
    settings: Mapping[str, str] | None = None,
    configured: Sequence[str] = (),
) -> None:
    """Raise :class:`UsageError` for the first name that nothing has, with the nearest known one.

    ``configured`` are names that the project gives to operators; one of them may have been meant.
    What only importing a file tells, as the name of a contract in it, is left to the judge.
    """
    if checks:
        every = (*listed_of_kernels(), *listed_of_generation())
        _check_ids(checks, [check.id for check in every])
    for name in operators:
        operator = _operator(name, subject is not None or bool(settings), configured)
        if operator is not None and settings:
            try:
                check_settings(operator, settings)
            except SettingRefused as error:
                raise UsageError(str(error)) from error
        if subject is None:
            continue
        try:
            if operator is not None:
                check_name(operator, subject)
            elif ".py:" in subject:
                check_place(subject)
        except SubjectNotFound as error:
            raise UsageError(f"{error}{_meant(operator, subject)}") from error


def check_registered(operator: str, contract: str, checks: Sequence[str]) -> None:
    """Raise :class:`UsageError` for a name of no operator of torch, a contract that does not exist,
    or a check that neither registrations nor contracts have."""
    namespace, _, name = operator.partition("::")
    parts = [namespace, *name.split(".")]
    if len(parts) > 3 or not all(part.isidentifier() for part in parts):
        raise UsageError(f"{operator!r} names no operator: write NAMESPACE::NAME")
    known = [check.id for check in (*listed_of_registrations(), *listed_of_kernels())]
    _check_ids(checks, known)
    if contract:
        check_names([contract], operator)


def check_ids(checks: Sequence[str]) -> None:
    """Raise :class:`UsageError` for a check that nobody is asked."""
    _check_ids(checks, [check.id for check in every_listed()])


def check_checks_of_generation(checks: Sequence[str]) -> None:
    """Raise :class:`UsageError` for a check that engines which generate do not have."""
    _check_ids(checks, [check.id for check in listed_of_generation()])


def check_checks_of_registrations(checks: Sequence[str]) -> None:
    """Raise :class:`UsageError` for a check that registrations do not have."""
    _check_ids(checks, [check.id for check in listed_of_registrations()])


def _check_ids(checks: Sequence[str], known: Sequence[str]) -> None:
    if unknown := [check for check in checks if check not in known]:
        hint = did_you_mean(unknown[0], known)
        raise UsageError(f"no check {', '.join(unknown)}; known: {', '.join(known)}{hint}")


def check_waivers(paths: Iterable[Path], shipped: bool = True) -> None:
    """Raise :class:`UsageError` for a file that holds no waivers, or one for no known check.

    Those that ship with the suite are looked at as well, if they are ``shipped``.
    """
    known = [check.id for check in every_listed()]
    try:
        waivers = load_waivers(paths, shipped)
    except WaiverError as error:
        raise UsageError(str(error)) from error
    for waiver in waivers:
        for named in waiver.checks:
            if not any(fnmatch(check, named) for check in known):
                hint = did_you_mean(named, known)
                raise UsageError(
                    f"waiver {waiver.id}: no check {named!r}; known: {', '.join(known)}{hint}"
                )


def _operator(name: str, load: bool, configured: Sequence[str] = ()) -> Operator | None:
    """The operator, if it is installed and is to be loaded. Raises :class:`UsageError`."""
    installed = operator_names()
    try:
        if name in installed:
            return find_operator(name) if load else None
        if ":" in name:
            check_place(name)
        else:
            find_operator(name)
    except SubjectNotFound as error:
        hint = did_you_mean(name, [*configured, *families(), *installed])
        raise UsageError(f"{error}{hint}") from error
    except ContractMistake as mistake:
        raise UsageError(str(mistake)) from mistake
    except Exception:  # the judge says what is wrong with a contract that cannot be loaded
        return None
    return None


def _meant(operator: Operator | None, subject: str) -> str:
    if operator is None or ":" in subject:
        return ""
    package, equals, version = subject.partition("==")
    hint = did_you_mean(package, known_subjects(operator))
    return hint.replace("?", f"{equals}{version}?")
