"""Where in the repository a cause is: the file and line that a reviewer looks at."""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from conformance.reports.clusters import Cluster
from conformance.reports.documents.told_run import ToldRun

_PLACE = re.compile(r"(?P<file>[^\n]+?):(?P<line>[0-9]{1,9})")


@dataclass(frozen=True)
class Place:
    """A file and a line, counted from 1."""

    file: str
    """Relative to the repository, with ``/``."""
    line: int


def place_of(cluster: Cluster, told: ToldRun, root: Path | None = None) -> Place | None:
    """The line of the kernel if it is known, else where the subject is defined; None for a file
    that lies outside of the repository.

    ``root`` is the folder of the repository; without one, it is looked for.
    """
    return first_place((cluster.finding.line, told.ready.origin if told.ready else ""), root)


def first_place(texts: Iterable[str], root: Path | None = None) -> Place | None:
    """The first of some texts, ``FILE:LINE``, that names a file within the repository."""
    root = root or repository()
    places = (_within(text, root) for text in texts)
    return next((place for place in places if place is not None), None)


def repository() -> Path:
    """The checkout of a workflow on GitHub; else the nearest folder upwards with ``.git``; else
    the working folder."""
    if workspace := os.environ.get("GITHUB_WORKSPACE"):
        return Path(workspace)
    here = _here()
    return next((folder for folder in (here, *here.parents) if (folder / ".git").exists()), here)


def _here() -> Path:
    """The working folder; the root of all where that is gone."""
    try:
        return Path.cwd()
    except OSError:
        return Path("/")


def _within(text: str, root: Path) -> Place | None:
    found = _PLACE.fullmatch(text.strip())
    if found is None:
        return None
    candidates = (Path(os.path.normpath(base / found["file"])) for base in (_here(), root))
    path = next((candidate for candidate in candidates if candidate.is_file()), None)
    if path is None:
        return None
    try:
        relative = path.resolve().relative_to(root.resolve())
    except ValueError:
        return None
    return Place(relative.as_posix(), max(1, int(found["line"])))
