"""The registrations of a release that is not installed, out of its wheel."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

import torch

from conformance.catalogue.objects import SubjectNotFound, load_object
from conformance.registrations.importing.modules import import_modules, said
from conformance.registrations.importing.observed import Log
from conformance.registrations.importing.recipe import Recipe
from conformance.registrations.importing.release_finder import ReleaseFinder
from conformance.registrations.importing.scan import registering_modules
from conformance.subjects.released import SubjectUnavailable
from conformance.wheels.deadline import FETCH_SECONDS, within
from conformance.wheels.errors import ReleaseError, ReleaseNotFound, ReleaseUnavailable
from conformance.wheels.shared_libraries import shared_libraries
from conformance.wheels.unpack import unpack

_Result = TypeVar("_Result")


def unpacked(recipe: Recipe, version: str) -> tuple[str, Path]:
    """The distribution that has the release, and the folder of its Python files.

    Raises `SubjectNotFound` for a release that does not exist, and `SubjectUnavailable` if it
    cannot be had here and now.
    """
    problem: Exception | None = None
    with within(FETCH_SECONDS):
        for name in recipe.names:
            try:
                return name, unpack(name, version)
            except (ReleaseNotFound, ReleaseUnavailable) as error:
                problem = error if not isinstance(problem, ReleaseUnavailable) else problem
            except ReleaseError as error:
                raise SubjectUnavailable(f"{name} {version}: {error}") from error
    if isinstance(problem, ReleaseUnavailable):
        raise SubjectUnavailable(str(problem)) from problem
    raise SubjectNotFound(str(problem)) from problem


def import_release(log: Log, recipe: Recipe, distribution: str, version: str, folder: Path) -> None:
    """Load the shared libraries of a release and import the modules that register something.

    Modules of the release stay importable in this process. What is wrong with a library or a module
    is noted, and hides nothing else.
    """
    roots = sorted({path.stem for path in folder.iterdir()})
    modules = dict.fromkeys(recipe.modules)
    for root in roots:
        modules.update(dict.fromkeys((root, *registering_modules(folder, root))))
    _load_libraries(log, recipe, distribution, version)
    versions = {**recipe.versions, distribution: version}
    with ReleaseFinder(folder, roots, recipe.replacements, versions) as finder:
        if recipe.begin:
            _noted(log, recipe.begin, lambda: load_object(recipe.begin)(version))
        import_modules(log, modules)
    log.stood_in |= finder.stood_in
    log.missing.update(finder.broken)


def _load_libraries(log: Log, recipe: Recipe, distribution: str, version: str) -> None:
    if not recipe.libraries:
        return
    names = load_object(recipe.libraries)(version)
    found = _noted(log, ", ".join(names), lambda: shared_libraries(distribution, version, names))
    for name, place in (found or {}).items():
        _noted(log, name, partial(torch.ops.load_library, str(place)))
        if name not in log.missing:
            log.modules.append(name)


def _noted(log: Log, what: str, call: Callable[[], _Result]) -> _Result | None:
    try:
        return call()
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        log.missing[what] = said(error)
        return None
