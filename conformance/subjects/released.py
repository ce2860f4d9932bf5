"""Released and installed packages as subjects."""

import importlib
from functools import reduce
from pathlib import Path
from typing import Any

from conformance.catalogue.objects import SubjectBroken, SubjectNotFound, load_object
from conformance.contract import Operator, Release
from conformance.subjects.arguments import with_arguments
from conformance.subjects.loaded import Loaded, origin_of
from conformance.subjects.names import installed_version
from conformance.subjects.stand_in import StandIns, StandInUsed


class SubjectUnavailable(Exception):
    """The subject cannot be had on this machine now; the message is the reason."""


def load_installed(operator: Operator, release: Release) -> Loaded:
    """The function of the installed package. Raises :class:`SubjectUnavailable`."""
    if not installed_version(release):
        raise SubjectUnavailable(f"{release.package} is not installed here")
    if release.prepare:
        load_object(release.prepare)()
    try:
        module = importlib.import_module(release.module)
        function = reduce(getattr, release.function.split("."), module)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise SubjectBroken(f"{release.module}: {type(error).__name__}: {error}") from error
    return _loaded(operator, release, function, ())


def load_released(operator: Operator, release: Release, wanted: str) -> Loaded:
    """The function of a release, with what it needs of its wheel. The package is not installed.

    Raises :class:`SubjectUnavailable` if the release cannot be fetched or kept, if loading it would
    compute with what is only stood in for, or if its modules cannot be loaded one by one;
    :class:`SubjectNotFound` for a version that does not exist; :class:`SubjectBroken` if the
    release does not hold the function, or if running its module raises. Fetching all distributions
    takes :data:`~conformance.wheels.deadline.FETCH_SECONDS` at most.
    """
    from conformance.wheels.deadline import FETCH_SECONDS, within
    from conformance.wheels.errors import (
        CacheUnusable,
        CircularModules,
        ExtractionError,
        FileNotInRelease,
        ReleaseNotFound,
        ReleaseUnavailable,
    )

    problem: Exception | None = None
    with within(FETCH_SECONDS):
        for distribution in release.distributions:
            try:
                return _from_wheel(operator, release, distribution, wanted)
            except (ReleaseNotFound, ReleaseUnavailable) as error:
                problem = error if not isinstance(problem, ReleaseUnavailable) else problem
            except (StandInUsed, CircularModules, CacheUnusable) as error:
                raise SubjectUnavailable(f"{distribution} {wanted}: {error}") from error
            except (FileNotInRelease, ExtractionError) as error:
                raise SubjectBroken(f"{distribution} {wanted}: {error}") from error
    if isinstance(problem, ReleaseUnavailable):
        raise SubjectUnavailable(str(problem)) from problem
    raise SubjectNotFound(str(problem)) from problem


def _from_wheel(operator: Operator, release: Release, distribution: str, wanted: str) -> Loaded:
    from conformance.wheels import unpack, wheels
    from conformance.wheels.errors import ReleaseError
    from conformance.wheels.package import Package

    try:
        folder = wheels.release_folder(distribution, wanted) / "extracted"
    except ValueError as error:
        raise SubjectNotFound(f"{release.package}=={wanted}: {error}") from error
    source = wheels.fetch_files(distribution, wanted, [release.file])[release.file]

    def find(file: str) -> Path | None:
        if file == release.file:
            return source
        return unpack.unpacked_file(distribution, wanted, file)

    stand_ins = StandIns()
    package = Package(find, folder, release.imports, stand_ins)
    first, *rest = release.function.split(".")
    # Nothing of the release has run until here: whatever else went wrong is not its fault.
    run = package.prepare(release.file, first)
    try:
        function = reduce(getattr, rest, run())
    except (ReleaseError, StandInUsed, KeyboardInterrupt):
        raise
    except BaseException as error:
        raise SubjectBroken(
            f"{distribution} {wanted}: {release.file}: {type(error).__name__}: {error}"
        ) from error
    stand_ins.loading = False
    return _loaded(operator, release, function, package.stood_in)


def _loaded(
    operator: Operator, release: Release, function: Any, stood_in: tuple[str, ...]
) -> Loaded:
    if not callable(function):
        kind = type(function).__name__
        raise SubjectBroken(f"{release.function} is of type {kind} and cannot be called")
    origin, called = origin_of(function), function
    if release.arguments:
        names = [argument.name for argument in operator.contract.arguments]
        called = with_arguments(function, release.arguments, names)
    if release.adapter:
        called = load_object(release.adapter)(called)
    return Loaded(called, origin, stood_in=stood_in)
