"""Which operators a change touches: those with a changed file among the files they are made of."""

import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from conformance.catalogue.operators import members, operator_names
from conformance.catalogue.sources import file_of, with_imports
from conformance.events.loading import UsageError
from conformance.policy.configuration import Configuration, ConfiguredOperator

GIT_SECONDS = 60


@dataclass(frozen=True)
class Changes:
    """What changed since a revision, in a git repository."""

    revision: str
    root: Path
    files: frozenset[Path]
    """Absolute paths; those of files that are gone among them."""


def changes_since(revision: str, folder: Path | None = None) -> Changes:
    """What changed since the commit at which the current branch left ``revision``: in commits, in
    the working tree, and in files that git does not know yet.

    Raises :class:`~conformance.events.loading.UsageError` where there is no repository or no such
    revision.
    """
    if revision.startswith("-"):
        raise UsageError(f"--changed-since {revision!r} is no revision")
    where = folder or Path.cwd()
    root = Path(_git(where, "rev-parse", "--show-toplevel").strip()).resolve()
    _git(where, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}", revision=revision)
    base = _git(where, "merge-base", revision, "HEAD", revision=revision).strip()
    names = _git(root, "diff", "--name-only", "--no-renames", "-z", base).split("\0")
    names += _git(root, "ls-files", "--others", "--exclude-standard", "-z").split("\0")
    return Changes(revision, root, frozenset(root / name for name in names if name))


def touched(
    changes: Changes, configuration: Configuration, names: Sequence[str] = ()
) -> dict[str, list[Path]]:
    """The operators with changed files, each with those files in order.

    Asked are ``names``; without them what the project configures; without a configuration the
    operators that packages of this repository bring. A change of the configuration touches all
    that it configures.
    """
    asked = list(names or configuration.operators) or _brought_by(changes.root)
    found = {}
    for name in asked:
        operator = configuration.asked_of(name)
        own = made_of(operator, changes.root)
        if configuration.source is not None and name in configuration.operators:
            own.add(configuration.source.resolve())
        folder = configuration.folder.resolve()
        given = {file for file in changes.files if is_given(file, folder, operator.files)}
        if hit := sorted((own & changes.files) | given):
            found[name] = hit
    return found


def made_of(operator: ConfiguredOperator, root: Path) -> set[Path]:
    """The files below ``root`` that an operator is made of: contract, subjects, example, what is
    imported first, the files that these import, and waivers. An operator that a package brings is
    all that lies in the folder of its contract."""
    texts = [*members(operator.operator), operator.contract, operator.imports, operator.example]
    files = {file for text in (*texts, *operator.choices.subjects) if (file := file_of(text))}
    brought = operator_names()
    for name in members(operator.operator):
        place = file_of(name) if name in brought else None
        if place and place.is_relative_to(root):
            files |= {each.resolve() for each in place.parent.rglob("*") if each.is_file()}
    waivers = {Path(path).resolve() for path in operator.choices.waivers}
    return with_imports(files, root) | waivers


def is_given(file: Path, folder: Path, patterns: Iterable[str]) -> bool:
    """Whether a pattern of the configuration names the file, which may be gone.

    In a pattern ``*`` stands for any characters, also for ``/``, so that ``src/*.py`` names the
    files of folders below as well: rather one operator too many than one too few.
    """
    if not file.is_relative_to(folder):
        return False
    name = file.relative_to(folder).as_posix()
    return any(fnmatchcase(name, pattern.replace("**/", "*")) for pattern in patterns)


def _brought_by(root: Path) -> list[str]:
    """The installed operators whose contracts lie in the repository."""
    places: Mapping[str, Path | None] = {name: file_of(name) for name in operator_names()}
    return [name for name, place in places.items() if place and place.is_relative_to(root)]


def _git(folder: Path, *words: str, revision: str = "") -> str:
    try:
        done = subprocess.run(
            ["git", *words], cwd=folder, capture_output=True, text=True, timeout=GIT_SECONDS,
            check=False, stdin=subprocess.DEVNULL, errors="surrogateescape",
        )  # fmt: skip
    except FileNotFoundError:
        raise UsageError("--changed-since asks git, which is not installed") from None
    except subprocess.TimeoutExpired:
        raise UsageError(f"git {words[0]} did not answer within {GIT_SECONDS} s") from None
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        if revision:
            said = lines[-1] if lines else f"there is no revision {revision!r} here"
            raise UsageError(f"--changed-since {revision}: {said}")
        raise UsageError(f"--changed-since: {lines[-1] if lines else 'git failed'}")
    return done.stdout
