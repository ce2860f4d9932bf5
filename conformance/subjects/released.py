"""Released and installed packages as subjects."""

import importlib
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from conformance.catalogue.objects import SubjectBroken, SubjectNotFound, load_object
from conformance.contract import Release


class SubjectUnavailable(Exception):
    """The subject cannot be had on this machine now; the message is the reason."""


def load_installed(release: Release) -> Callable[..., Any]:
    """The function of the installed package. Raises :class:`SubjectUnavailable`."""
    for distribution in (release.package, *release.distributions):
        try:
            version(distribution)
            break
        except PackageNotFoundError:
            continue
    else:
        raise SubjectUnavailable(f"{release.package} is not installed here")
    if release.prepare:
        load_object(release.prepare)()
    try:
        module = importlib.import_module(release.module)
        return getattr(module, release.function)
    except Exception as error:
        raise SubjectBroken(f"{release.module}: {type(error).__name__}: {error}") from error


def load_released(release: Release, wanted: str) -> Callable[..., Any]:
    """The function of a release, taken out of its wheel. Raises :class:`SubjectUnavailable`.

    Raises :class:`SubjectNotFound` for a version that does not exist and :class:`SubjectBroken` if
    the release does not hold the function, or needs more than torch and triton to run it.
    """
    from conformance.wheels.extract import ExtractionError, extract_functions, load_module
    from conformance.wheels.wheels import (
        FileNotInRelease,
        ReleaseNotFound,
        ReleaseUnavailable,
        fetch_files,
    )

    problem: Exception | None = None
    for distribution in release.distributions:
        try:
            source = fetch_files(distribution, wanted, [release.file])[release.file]
            extracted = extract_functions(
                source, [release.function], source.parent / "extracted", imports=release.imports
            )
            return getattr(load_module(extracted), release.function)
        except (ReleaseNotFound, ReleaseUnavailable) as error:
            problem = error if not isinstance(problem, ReleaseUnavailable) else problem
        except ValueError as error:
            raise SubjectNotFound(f"{release.package}=={wanted}: {error}") from error
        except (FileNotInRelease, ExtractionError) as error:
            raise SubjectBroken(f"{distribution} {wanted}: {error}") from error
    if isinstance(problem, ReleaseUnavailable):
        raise SubjectUnavailable(str(problem)) from problem
    raise SubjectNotFound(str(problem)) from problem
