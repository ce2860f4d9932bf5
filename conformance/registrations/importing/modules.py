"""Importing one after the other, whatever each of them does."""

import importlib
import traceback
from collections.abc import Iterable
from pathlib import Path
from time import monotonic

from conformance.registrations.importing.observed import Log

SECONDS = 240.0
"""Seconds after which no further module of a package is begun with."""


def import_modules(log: Log, names: Iterable[str], seconds: float = SECONDS) -> None:
    """Import modules by name; one that cannot be imported hides no other.

    What an import raises, or a request to end the process, is noted as ``missing``.
    """
    end = monotonic() + seconds
    for name in names:
        if monotonic() > end:
            log.missing[name] = f"not imported: those before it took {seconds:.0f} s"
            continue
        try:
            importlib.import_module(name)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            log.missing[name] = said(error)
        else:
            log.modules.append(name)


def said(error: BaseException) -> str:
    """An exception, with the innermost place in a file that is not Python's import machinery."""
    places = traceback.extract_tb(error.__traceback__)
    outside = [p for p in places if not p.filename.startswith("<frozen") and not _is_ours(p)]
    place = f" ({outside[-1].filename}:{outside[-1].lineno})" if outside else ""
    text = " ".join(str(error).split())[:300]
    return f"{type(error).__name__}: {text}{place}"


_OURS = str(Path(__file__).parents[2])


def _is_ours(place: traceback.FrameSummary) -> bool:
    return place.filename.startswith((_OURS, importlib.__file__))
