"""Wheels of released packages and single files out of them, cached."""

import os
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from conformance.policy.cache_folder import cache_root
from conformance.wheels.errors import FileNotInRelease, ReleaseNotFound, ReleaseUnavailable
from conformance.wheels.pip import download

__all__ = [
    "FileNotInRelease",
    "ReleaseNotFound",
    "ReleaseUnavailable",
    "borrowed",
    "cache_folder",
    "fetch",
    "fetch_files",
    "release_folder",
]


def cache_folder(cache: Path | None = None) -> Path:
    """Where wheels and their files are kept: `wheels` below `cache`, below the folder that the
    variable `CONFORMANCE_CACHE` names, or below the user's cache folder, in this order."""
    return cache_root(cache) / "wheels"


def fetch(
    distribution: str, version: str, *, cache: Path | None = None, offline: bool = False
) -> Path:
    """The wheel of a release, from the cache or the package index. It stays in the cache.

    With `offline` nothing is downloaded. Several processes may fetch the same release at once.

    Raises `ReleaseUnavailable`, `ReleaseNotFound`, and ValueError for an impossible version.
    """
    name, version = _checked(distribution, version)
    folder = cache_folder(cache) / f"{name}-{version}"
    if wheel := _cached_wheel(folder):
        return wheel
    _allow_download(name, version, offline)
    with _scratch(folder) as scratch:
        wheel = download(name, version, scratch)
        folder.mkdir(exist_ok=True)
        return wheel.replace(folder / wheel.name)


@contextmanager
def borrowed(
    distribution: str, version: str, *, cache: Path | None = None, offline: bool = False
) -> Iterator[Path]:
    """The wheel of a release within a `with` block. A wheel that is downloaded for it is not kept.

    Raises as `fetch`.
    """
    name, version = _checked(distribution, version)
    folder = cache_folder(cache) / f"{name}-{version}"
    if wheel := _cached_wheel(folder):
        yield wheel
        return
    _allow_download(name, version, offline)
    with _scratch(folder) as scratch:
        yield download(name, version, scratch)


def fetch_files(
    distribution: str,
    version: str,
    files: Iterable[str],
    *,
    cache: Path | None = None,
    offline: bool = False,
) -> dict[str, Path]:
    """Some files of a release, by their path in the wheel; only these are kept, not the wheel.

    Files that are cached are returned without asking the network.

    Raises as `fetch`, and `FileNotInRelease`.
    """
    name, version = _checked(distribution, version)
    folder = cache_folder(cache) / f"{name}-{version}"
    places = {file: folder / "files" / _inner(file) for file in files}
    if missing := [file for file, place in places.items() if not place.is_file()]:
        with borrowed(name, version, cache=cache, offline=offline) as wheel:
            _extract(name, version, wheel, missing, places)
    return places


def release_folder(distribution: str, version: str, cache: Path | None = None) -> Path:
    """Where everything of a release is kept. Raises ValueError for an impossible version."""
    name, version = _checked(distribution, version)
    return cache_folder(cache) / f"{name}-{version}"


def _checked(distribution: str, version: str) -> tuple[str, str]:
    try:
        # Also keeps anything out of pip's command line that is not a name and a version.
        return canonicalize_name(distribution, validate=True), str(Version(version))
    except InvalidVersion as error:
        raise ValueError(f"version: got {version!r}, want one like 0.32.0") from error


def _inner(file: str) -> PurePosixPath:
    path = PurePosixPath(file)
    if path.is_absolute() or ".." in path.parts:
        raise ValueError(f"file: got {file!r}, want a relative path inside the wheel")
    return path


def _cached_wheel(folder: Path) -> Path | None:
    return next(iter(sorted(folder.glob("*.whl"))), None)


def _allow_download(name: str, version: str, offline: bool) -> None:
    if offline:
        raise ReleaseUnavailable(name, version, "it is not cached, and downloads are switched off")


@contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    """A folder to download into, beside ``folder``, which a release that is not there has not."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".download-") as scratch:
        yield Path(scratch)


def _extract(
    name: str, version: str, wheel: Path, files: Iterable[str], places: dict[str, Path]
) -> None:
    with zipfile.ZipFile(wheel) as archive:
        for file in files:
            try:
                content = archive.read(str(_inner(file)))
            except KeyError:
                raise FileNotInRelease(name, version, file) from None
            write_atomically(places[file], content)


def write_atomically(place: Path, content: bytes) -> None:
    """Write a file so that other processes see all of it or nothing."""
    place.parent.mkdir(parents=True, exist_ok=True)
    descriptor, scratch = tempfile.mkstemp(dir=place.parent, prefix=".writing-")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
        os.replace(scratch, place)
    except BaseException:
        Path(scratch).unlink(missing_ok=True)
        raise
