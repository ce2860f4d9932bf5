"""A second import of a file or module, as a notebook, a reload or a copy under `src` causes it."""

import sys
from pathlib import Path

from conformance.catalogue.objects import SubjectBroken
from conformance.registrations.importing.imported import Imported
from conformance.registrations.importing.importing import import_file, import_module
from conformance.registrations.importing.named import Kind, named
from conformance.registrations.importing.observed import observed
from conformance.subjects.released import SubjectUnavailable


def imported_twice(text: str) -> Imported:
    """Import a file or module that was imported in this process once more, as a fresh module.

    ``replaced`` says what took the place of the first import's operators and kernels without a
    word, and what torch refused. If the import raised, ``missing`` has the reason: that is a clear
    refusal. Modules that it imports are not imported again. Operators of this process are those of
    the second import from now on; ``sys.modules`` keeps the first.

    Raises :class:`~conformance.catalogue.objects.SubjectNotFound`, and
    :class:`~conformance.subjects.released.SubjectUnavailable` for a package or a release.
    """
    found = named(text)
    if found.kind not in (Kind.FILE, Kind.MODULE):
        raise SubjectUnavailable(f"{text}: only a file or a module is imported a second time")
    first = sys.modules.pop(found.name, None) if found.kind is Kind.MODULE else None
    try:
        with observed(text) as log:
            try:
                if found.kind is Kind.FILE:
                    import_file(log, Path(found.name))
                else:
                    import_module(log, found.name)
            except SubjectBroken as error:
                log.missing[text] = str(error)
    finally:
        if first is not None:
            sys.modules[found.name] = first
    assert log.imported is not None
    return log.imported
