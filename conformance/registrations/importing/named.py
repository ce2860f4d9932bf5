"""What a text names: a file, a module, an installed package or a release."""

import importlib.util
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from importlib import metadata
from pathlib import Path

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from conformance.catalogue.folders import look_into
from conformance.catalogue.objects import SubjectNotFound


class Kind(Enum):
    """What is imported."""

    FILE = "file"
    MODULE = "module"
    PACKAGE = "package"
    RELEASE = "release"


@dataclass(frozen=True)
class Named:
    """``name`` is a path, a module, or a distribution; ``roots`` the top modules of a package."""

    kind: Kind
    name: str
    version: str = ""
    roots: tuple[str, ...] = ()


def named(text: str) -> Named:
    """What ``FILE.py``, ``MODULE``, ``PACKAGE`` or ``PACKAGE==VERSION`` names. Imports nothing.

    A module with modules below it is a package if it is named without dots. A release that is
    installed is the installed package. Raises :class:`SubjectNotFound`.
    """
    name, equals, version = text.partition("==")
    if equals:
        return _release(text, name.strip(), version.strip())
    if text.endswith(".py"):
        if not Path(text).is_file():
            raise SubjectNotFound(f"no file {text}")
        return Named(Kind.FILE, text)
    with suppress(OSError):  # the current directory may be gone
        look_into(Path.cwd())
    spec = _spec(text.partition(".")[0]) if text.replace(".", "_").isidentifier() else None
    if spec is not None and ("." in text or spec.submodule_search_locations is None):
        return Named(Kind.MODULE, text)
    if spec is not None:
        return Named(Kind.PACKAGE, text, roots=(text,))
    if roots := installed_roots(text):
        return Named(Kind.PACKAGE, text, metadata.version(text), roots)
    raise SubjectNotFound(
        f"no file, module or installed package {text!r}; a release is written PACKAGE==VERSION"
    )


def installed_roots(distribution: str) -> tuple[str, ...]:
    """The top modules of an installed distribution; none if it is not installed."""
    wanted = canonicalize_name(distribution)
    return tuple(
        sorted(
            module
            for module, owners in metadata.packages_distributions().items()
            if wanted in map(canonicalize_name, owners) and not module.startswith("_")
        )
    )


def _release(text: str, name: str, version: str) -> Named:
    try:
        wanted = Version(version)
    except InvalidVersion as error:
        raise SubjectNotFound(f"{text}: no version {version!r}: write one like 0.12.0") from error
    with suppress(metadata.PackageNotFoundError):
        installed = metadata.version(name)
        if Version(installed) == wanted:
            return Named(Kind.PACKAGE, name, installed, installed_roots(name))
    return Named(Kind.RELEASE, name, str(wanted))


def _spec(root: str) -> importlib.machinery.ModuleSpec | None:
    try:
        return importlib.util.find_spec(root)
    except (ImportError, ValueError):
        return None
