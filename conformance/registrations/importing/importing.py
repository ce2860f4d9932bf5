"""From a text to operators that are registered in this process."""

import importlib
import importlib.util
from collections.abc import Callable
from pathlib import Path

from conformance.catalogue.folders import look_into
from conformance.catalogue.objects import SubjectBroken, run_no_more
from conformance.registrations.importing.imported import Imported
from conformance.registrations.importing.modules import import_modules, said
from conformance.registrations.importing.named import Kind, Named, named
from conformance.registrations.importing.observed import Log, observed
from conformance.registrations.importing.recipe import Recipe, recipe_of
from conformance.registrations.importing.release import import_release, unpacked
from conformance.registrations.importing.scan import registering_modules
from conformance.wheels.errors import CacheUnusable
from conformance.wheels.load import load_module


def importing(text: str) -> Imported:
    """Import what the text names, and say what that did to this process.

    ``text`` is ``FILE.py``, ``MODULE``, an installed ``PACKAGE``, or ``PACKAGE==VERSION``. Of a
    package every module is imported whose text registers something. To be called once for a text
    in a process: what was imported stays imported.

    Raises :class:`~conformance.catalogue.objects.SubjectNotFound` if there is no such thing,
    :class:`~conformance.catalogue.objects.SubjectBroken` if the file or module raises, and
    :class:`~conformance.subjects.released.SubjectUnavailable` if a release cannot be had here.
    """
    found = named(text)
    recipe = recipe_of(found.name) if found.kind in (Kind.PACKAGE, Kind.RELEASE) else Recipe(text)
    run = _loader(found, recipe)
    execution = recipe.prepared()
    with observed(text) as log:
        log.execution, log.device = execution, recipe.device if execution else ""
        log.examples = recipe.examples
        run(log)
    assert log.imported is not None
    return log.imported


def _loader(found: Named, recipe: Recipe) -> Callable[[Log], None]:
    """What imports it. All that can be found out, or fetched, before that is done here."""
    if found.kind is Kind.FILE:
        path = Path(found.name)
        look_into(path.resolve().parent)
        return lambda log: import_file(log, path)
    if found.kind is Kind.MODULE:
        return lambda log: import_module(log, found.name)
    if found.kind is Kind.PACKAGE:
        return lambda log: import_package(log, found, recipe)
    distribution, folder = unpacked(recipe, found.version)
    return lambda log: import_release(log, recipe, distribution, found.version, folder)


def import_file(log: Log, path: Path) -> None:
    """Run a file as a module of a new name. Raises :class:`SubjectBroken`."""
    try:
        run_no_more(path, load_module(path.resolve()))
    except KeyboardInterrupt:
        raise
    except (BaseException, CacheUnusable) as error:
        raise SubjectBroken(f"{path} cannot be imported: {said(error)}") from error
    log.modules.append(str(path))


def import_module(log: Log, name: str) -> None:
    """Import a module. Raises :class:`SubjectBroken`, also if there is none below its package."""
    try:
        importlib.import_module(name)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise SubjectBroken(f"{name} cannot be imported: {said(error)}") from error
    log.modules.append(name)


def import_package(log: Log, found: Named, recipe: Recipe) -> None:
    """Import the top modules of an installed package, and those of its modules that register."""
    modules = dict.fromkeys(recipe.modules)
    for root in found.roots:
        spec = importlib.util.find_spec(root)
        places = [Path(place) for place in (spec and spec.submodule_search_locations) or ()]
        modules[root] = None
        for place in places:
            # An editable install maps a package to a folder of another name.
            known = registering_modules(place.parent, place.name)
            modules.update(
                dict.fromkeys(f"{root}{name.removeprefix(place.name)}" for name in known)
            )
    import_modules(log, modules)
