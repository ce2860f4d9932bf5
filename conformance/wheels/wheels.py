"""Wheels of released packages and single files out of them, cached."""

import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import TypeVar

from packaging.utils import InvalidName, canonicalize_name
from packaging.version import InvalidVersion, Version

from conformance.policy.cache_folder import cache_root
from conformance.wheels.archive import opened
from conformance.wheels.deadline import FETCH_SECONDS, within
from conformance.wheels.errors import (
    CacheUnusable,
    FileNotInRelease,
    ReleaseNotFound,
    ReleaseUnavailable,
    WheelRefused,
)
from conformance.wheels.files import (
    Print,
    fingerprint,
    is_intact,
    locked,
    print_of,
    write_atomically,
)
from conformance.wheels.manifest import Manifest, read_manifest, write_manifest
from conformance.wheels.pip import Download, download

__all__ = [
    "FileNotInRelease",
    "ReleaseNotFound",
    "ReleaseUnavailable",
    "cache_folder",
    "fetch",
    "fetch_files",
    "release_folder",
    "with_wheel",
]

_Result = TypeVar("_Result")


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
    name, version = checked(distribution, version)
    folder = release_folder(name, version, cache)
    with changing(name, version, folder):
        if wheel := read_manifest(folder).kept_wheel(folder):
            return wheel
        with _downloaded(name, version, folder, offline) as found, opened(found.wheel):
            kept = folder / found.wheel.name
            print_ = _print(found.wheel)
            folder.mkdir(exist_ok=True)
            found.wheel.replace(kept)
            manifest = read_manifest(folder)
            write_manifest(
                folder,
                replace(_of_wheel(manifest, print_[1], found.declared), wheel={kept.name: print_}),
            )
            return kept


def with_wheel(
    name: str,
    version: str,
    folder: Path,
    offline: bool,
    use: Callable[[Path, Manifest], _Result],
) -> _Result:
    """What `use` makes of a release's wheel and of the list of what is there of it.

    A wheel that is downloaded for it is not kept. One that turns out to be damaged is downloaded
    once more. To be called within `changing`; raises as `fetch`.
    """
    manifest = read_manifest(folder)
    if wheel := manifest.kept_wheel(folder):
        try:
            return use(wheel, manifest)
        except WheelRefused as error:
            if not error.damaged or offline:
                raise
            manifest = replace(manifest, wheel={})
    for last in (False, True):
        with _downloaded(name, version, folder, offline) as found:
            try:
                origin = _of_wheel(manifest, _print(found.wheel)[1], found.declared)
                return use(found.wheel, origin)
            except WheelRefused as error:
                if last or not error.damaged:
                    raise
    raise AssertionError("the second attempt returns or raises")


def fetch_files(
    distribution: str,
    version: str,
    files: Iterable[str],
    *,
    cache: Path | None = None,
    offline: bool = False,
) -> dict[str, Path]:
    """Some files of a release, by their path in the wheel; only these are kept, not the wheel.

    Files that are cached, and are what was fetched, are returned without asking the network.

    Raises as `fetch`, and `FileNotInRelease`.
    """
    name, version = checked(distribution, version)
    folder = release_folder(name, version, cache)
    places = {file: folder / "files" / _inner(file) for file in files}

    def missing(manifest: Manifest) -> list[str]:
        known = manifest.files
        return [file for file, place in places.items() if not is_intact(place, known.get(file))]

    def take(wheel: Path, manifest: Manifest) -> None:
        known = dict(manifest.files)
        with opened(wheel) as archive:
            for file in missing(manifest):
                try:
                    content = archive.read(str(_inner(file)))
                except KeyError:
                    raise FileNotInRelease(name, version, file) from None
                write_atomically(places[file], content)
                known[file] = print_of(content)
        write_manifest(folder, replace(manifest, files=known))

    if missing(read_manifest(folder)):
        with changing(name, version, folder):
            if missing(read_manifest(folder)):  # another process may have fetched them meanwhile
                with_wheel(name, version, folder, offline, take)
    return places


def release_folder(distribution: str, version: str, cache: Path | None = None) -> Path:
    """Where everything of a release is kept. Raises ValueError for an impossible version."""
    name, version = checked(distribution, version)
    return cache_folder(cache) / f"{name}-{version}"


@contextmanager
def changing(name: str, version: str, folder: Path) -> Iterator[None]:
    """No other process changes the release's folder in this block.

    Trouble with the cache, or with the wheel, that arises in it is `ReleaseUnavailable`.
    """
    try:
        with within(FETCH_SECONDS), locked(folder):
            yield
    except (CacheUnusable, WheelRefused) as error:
        raise ReleaseUnavailable(name, version, str(error)) from error
    except OSError as error:
        place = error.filename or folder
        raise ReleaseUnavailable(name, version, str(CacheUnusable(str(place), error))) from error


def checked(distribution: str, version: str) -> tuple[str, str]:
    """Name and version as they are written everywhere. Raises ValueError for what is neither."""
    try:
        # Also keeps anything out of pip's command line that is not a name and a version.
        return canonicalize_name(distribution, validate=True), str(Version(version))
    except InvalidVersion as error:
        raise ValueError(f"version: got {version!r}, want one like 0.32.0") from error
    except InvalidName as error:
        raise ValueError(f"distribution: got {distribution!r}, want one like vllm") from error


def _inner(file: str) -> PurePosixPath:
    path = PurePosixPath(file)
    if path.is_absolute() or ".." in path.parts:
        raise ValueError(f"file: got {file!r}, want a relative path inside the wheel")
    return path


def _print(wheel: Path) -> Print:
    if (found := fingerprint(wheel)) is None:
        raise CacheUnusable(str(wheel), OSError("it cannot be read"))
    return found


def _of_wheel(manifest: Manifest, fetched: str, declared: str) -> Manifest:
    """The list with what comes from the wheel of that hash; files of another one are dropped."""
    other = Manifest(source=manifest.source)
    known = manifest if manifest.fetched in ("", fetched) else other
    return replace(known, fetched=fetched, declared=declared)


@contextmanager
def _downloaded(name: str, version: str, folder: Path, offline: bool) -> Iterator[Download]:
    """A wheel in a folder beside ``folder``, which a release that is not there has not."""
    if offline:
        raise ReleaseUnavailable(name, version, "it is not cached, and downloads are switched off")
    # Whoever holds the lock is the only one who downloads it: others are dead, and left this.
    prefix = f".download-{folder.name}-"
    for left in folder.parent.glob(f"{prefix}*"):
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(
        dir=folder.parent, prefix=prefix, ignore_cleanup_errors=True
    ) as scratch:
        yield download(name, version, Path(scratch))
