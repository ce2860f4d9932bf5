"""Finding operators: by entry point, or in a user's file or module."""

from collections.abc import Mapping
from importlib.metadata import entry_points

from conformance.catalogue.objects import SubjectBroken, SubjectNotFound, load_object
from conformance.contract import Contract, Operator
from conformance.contract.validation.validate import validate

GROUP = "conformance.operators"
FAMILIES = "conformance.families"


class SettingRefused(SubjectNotFound):
    """What a user said of a subject makes no sense; the message says what would."""


class ContractBroken(Exception):
    """The contract is there but cannot be loaded. The cause is chained."""


def operator_names() -> list[str]:
    """The names under which installed packages offer operators."""
    return sorted({point.name for point in entry_points(group=GROUP)})


def families() -> dict[str, tuple[str, ...]]:
    """The operators of every family that installed packages offer."""
    return {point.name: tuple(point.load()) for point in entry_points(group=FAMILIES)}


def members(name: str) -> tuple[str, ...]:
    """The operators that a name stands for: those of a family, or the one of that name."""
    points = entry_points(group=FAMILIES, name=name)
    return tuple(next(iter(points)).load()) if points else (name,)


def find_operator(name: str) -> Operator:
    """The operator of an entry point, or the contract or operator at ``file.py:NAME``.

    ``module:NAME`` will do as well. Raises :class:`SubjectNotFound` naming what is known,
    :class:`ContractBroken`, and :class:`~conformance.contract.ContractMistake`.
    """
    points = entry_points(group=GROUP, name=name)
    if points:
        found = next(iter(points)).load()
    elif ":" in name:
        try:
            found = load_object(name)
        except SubjectBroken as error:
            raise ContractBroken(f"no contract: {error}") from error
    elif name in families():
        names = ", ".join(members(name))
        raise SubjectNotFound(f"{name} is a family of operators; name one of them: {names}")
    else:
        known = ", ".join([*families(), *operator_names()]) or "none installed"
        raise SubjectNotFound(f"no operator {name!r}; known: {known}, or give FILE.py:NAME")
    if isinstance(found, Contract):
        found = Operator(found, {})
    if not isinstance(found, Operator):
        raise SubjectNotFound(
            f"{name} is of type {type(found).__name__}, not an Operator or a Contract"
        )
    validate(found.contract)
    return found


def check_settings(operator: Operator, settings: Mapping[str, str]) -> None:
    """Raise :class:`SettingRefused` for a setting that the operator does not have, or a value that
    the setting does not take."""
    known = {setting.name: setting for setting in operator.settings}
    for name, value in settings.items():
        if name not in known:
            said = ", ".join(f"--{each}" for each in known) or "none"
            raise SettingRefused(f"{operator.contract.name} has no --{name}; it has: {said}")
        if not known[name].allows(value):
            raise SettingRefused(f"--{name} {value!r}: it takes {known[name].takes}")


def with_settings(operator: Operator, settings: Mapping[str, str]) -> Operator:
    """The operator with what a user said of its subject.

    Raises what :func:`check_settings` and the operator's ``bind`` raise.
    """
    check_settings(operator, settings)
    if operator.bind is None:
        return operator
    bound = load_object(operator.bind)(operator, dict(settings))
    assert isinstance(bound, Operator)
    return bound
