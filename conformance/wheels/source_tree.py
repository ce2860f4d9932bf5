"""The source of a release: its Python files, and the C++ files that register operators."""

import shutil
import tempfile
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

from conformance.wheels.errors import ReleaseUnavailable, WheelRefused
from conformance.wheels.files import Print, is_intact, print_of, write_atomically
from conformance.wheels.manifest import Manifest, read_manifest, write_manifest
from conformance.wheels.pip_sdist import download_sdist
from conformance.wheels.sdist import registration_files
from conformance.wheels.unpack import unpack
from conformance.wheels.wheels import changing, checked, release_folder

FOLDER = "source"


@dataclass(frozen=True)
class SourceTree:
    """Where the source of a release lies, with one sentence for each thing that it lacks."""

    root: Path
    missing: tuple[str, ...] = ()


def source_tree(
    distribution: str, version: str, *, cache: Path | None = None, offline: bool = False
) -> SourceTree:
    """The source of a release, from the cache or the package index; nothing of it is run.

    It comes from the source archive. Where the index has none, or one without Python packages, the
    Python files of the wheel stand for it, and ``missing`` says that C++ was not read. Raises as
    `conformance.wheels.wheels.fetch`.
    """
    name, version = checked(distribution, version)
    folder = release_folder(name, version, cache)
    if not _is_whole(folder, read_manifest(folder)):
        with changing(name, version, folder):
            if not _is_whole(folder, read_manifest(folder)):
                if offline:
                    reason = "its source is not cached, and downloads are switched off"
                    raise ReleaseUnavailable(name, version, reason)
                _fetch(name, version, folder)
    files = read_manifest(folder).source or {}
    if any(file.endswith(".py") for file in files):
        return SourceTree(folder / FOLDER)
    what = "no Python packages in its source archive" if files else "no source archive"
    missing = f"{name} {version} has {what}: its wheel is read, and what it registers in C++ is not"
    return SourceTree(unpack(name, version, cache=cache, offline=offline), (missing,))


def _is_whole(folder: Path, manifest: Manifest) -> bool:
    if manifest.source is None:
        return False
    root = folder / FOLDER
    present = {str(p.relative_to(root)) for p in root.rglob("*") if not p.is_dir()}
    return present == manifest.source.keys() and all(
        is_intact(root / file, wanted) for file, wanted in manifest.source.items()
    )


def _fetch(name: str, version: str, folder: Path) -> None:
    prefix = f".download-source-{folder.name}-"
    for left in folder.parent.glob(f"{prefix}*"):
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(
        dir=folder.parent, prefix=prefix, ignore_cleanup_errors=True
    ) as scratch:
        content = _content(name, version, Path(scratch))
    root, fetched = folder / FOLDER, dict[str, Print]()
    shutil.rmtree(root, ignore_errors=True)
    for file, data in content.items():
        write_atomically(root / file, data)
        fetched[file] = print_of(data)
    folder.mkdir(parents=True, exist_ok=True)
    write_manifest(folder, replace(read_manifest(folder), source=fetched))


def _content(name: str, version: str, scratch: Path) -> dict[str, bytes]:
    for last in (False, True):
        found = download_sdist(name, version, scratch)
        if found is None:
            return {}
        try:
            return registration_files(found.wheel)
        except WheelRefused as error:
            if last or not error.damaged:
                raise
    raise AssertionError("the second attempt returns or raises")


def source_of(text: str, *, offline: bool = False) -> SourceTree:
    """The source that a text names: a file, a folder, PACKAGE==VERSION, or an installed package.

    Raises as `source_tree`, and ValueError if there is no such thing.
    """
    if "==" in text and not Path(text).exists():
        name, _, version = text.partition("==")
        return source_tree(name, version, offline=offline)
    if (place := Path(text)).exists():
        return SourceTree(place)
    spec = find_spec(text.partition(".")[0]) if text.replace(".", "").isidentifier() else None
    if spec is None or spec.origin is None:
        raise ValueError(f"{text!r} is no file, folder, PACKAGE==VERSION or installed package")
    origin = Path(spec.origin)
    return SourceTree(origin.parent if origin.name == "__init__.py" else origin)
