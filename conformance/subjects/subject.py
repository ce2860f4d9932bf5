"""From what a user calls a subject to something that can be called."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from typing import Any

from conformance.catalogue.objects import SubjectBroken, SubjectNotFound, load_object
from conformance.contract import Operator
from conformance.policy.subject_name import SubjectName
from conformance.subjects.arity import check_arity
from conformance.subjects.launch import Launch
from conformance.subjects.loaded import Loaded, origin_of
from conformance.subjects.names import GROUP, check_name, installed_version, release_named
from conformance.subjects.released import load_installed, load_released


@dataclass(frozen=True)
class Subject:
    """One implementation of a contract. ``origin`` says where the code lies.

    ``loaded`` says more, where a loader had more to say.
    """

    name: str
    function: Callable[..., Any]
    origin: str
    loaded: Loaded | None = None
    known_as: SubjectName = field(default=SubjectName(""))
    """Who it is for waivers: what was loaded decides, not what the text looks like."""


def load_subject(
    operator: Operator, name: str, settings: Mapping[str, str] | None = None
) -> Subject:
    """The subject of that name, imported. ``settings`` is what a user said of it.

    Raises :class:`SubjectNotFound`, :class:`SubjectBroken`, or
    :class:`~conformance.subjects.released.SubjectUnavailable` if it cannot be had here.
    """
    check_name(operator, name)
    own = SubjectName(name, own=True)
    if name in operator.subjects:
        return subject_of(operator, name, load_object(operator.subjects[name]), own)
    if release := release_named(operator, name):
        _, _, version = name.partition("==")
        if release.load:
            asked = (operator.contract.name, version)
            more = (dict(settings or {}),) if operator.settings else ()
            loaded: Loaded = load_object(release.load)(*asked, *more)
        elif version:
            loaded = load_released(operator, release, version)
        else:
            loaded = load_installed(operator, release)
        check_arity(operator.contract, loaded.function)
        known_as = SubjectName(name, release.package, version or installed_version(release))
        return Subject(name, loaded.function, loaded.origin, loaded, known_as)
    if "::" in name:
        return subject_of(operator, name, _registered(name))
    if points := entry_points(group=GROUP, name=name):
        try:
            return subject_of(operator, name, next(iter(points)).load(), own)
        except Exception as error:
            raise SubjectBroken(f"entry point {name}: {type(error).__name__}: {error}") from error
    return subject_of(operator, name, load_object(name))


def _registered(name: str) -> Callable[..., Any]:
    import torch

    namespace, _, operator = name.partition("::")
    try:
        return getattr(getattr(torch.ops, namespace), operator)
    except (AttributeError, RuntimeError) as error:
        raise SubjectNotFound(f"torch knows no operator {name}") from error


def subject_of(
    operator: Operator, name: str, found: Any, known_as: SubjectName | None = None
) -> Subject:
    """A callable, a launch of a bare kernel, or what a loader returns, as a subject of that name.

    Without ``known_as`` it is a file, module or callable, whatever it is called. Raises
    :class:`SubjectBroken` for anything else, and for what cannot take the contract's arguments.
    """
    known_as = known_as or SubjectName(name)
    if isinstance(found, Launch):
        kernel = getattr(found.kernel, "fn", found.kernel)
        function = found.bind(operator.contract)
        return Subject(name, function, origin_of(kernel), known_as=known_as)
    if isinstance(found, Loaded):
        check_arity(operator.contract, found.function)
        return Subject(name, found.function, found.origin, found, known_as)
    if not callable(found):
        raise SubjectBroken(f"{name} is of type {type(found).__name__} and cannot be called")
    check_arity(operator.contract, found)
    return Subject(name, found, origin_of(found), known_as=known_as)
