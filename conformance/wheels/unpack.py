"""All Python files of a release, as a folder."""

import os
import shutil
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from conformance.wheels.archive import opened
from conformance.wheels.files import Print, is_intact, print_of, write_atomically
from conformance.wheels.manifest import Manifest, read_manifest, write_manifest
from conformance.wheels.wheels import changing, checked, release_folder, with_wheel

FOLDER = "python"
_COMPILED = "__pycache__"


def unpack(
    distribution: str, version: str, *, cache: Path | None = None, offline: bool = False
) -> Path:
    """The folder with the `*.py` files of a release's wheel; unpacked once. The wheel is not kept.

    Every file is compared with what was fetched; a folder with a missing, altered or further file
    is fetched again. Nothing is imported or run. Several processes may unpack the same release at
    once. Raises as `conformance.wheels.wheels.fetch`.
    """
    name, version = checked(distribution, version)
    folder = release_folder(name, version, cache)

    def extract(wheel: Path, manifest: Manifest) -> None:
        _extract(wheel, manifest, folder)

    if not _is_whole(folder, read_manifest(folder)):
        with changing(name, version, folder):
            if not _is_whole(folder, read_manifest(folder)):
                with_wheel(name, version, folder, offline, extract)
    return folder / FOLDER


def unpacked_file(
    distribution: str,
    version: str,
    file: str,
    *,
    cache: Path | None = None,
    offline: bool = False,
) -> Path | None:
    """One of the `*.py` files of a release, unpacked; None if the wheel has no such file.

    Only this file is compared with what was fetched. Raises as `unpack`.
    """
    folder = release_folder(distribution, version, cache)
    place = folder / FOLDER / file
    known = read_manifest(folder).python
    if known is None or (file in known and not is_intact(place, known[file])):
        unpack(distribution, version, cache=cache, offline=offline)
        known = read_manifest(folder).python
    return place if known is not None and file in known else None


def _is_whole(folder: Path, manifest: Manifest) -> bool:
    """Whether the unpacked folder has the files that were fetched, and no others."""
    known, root = manifest.python, folder / FOLDER
    if known is None or _present(root) != known.keys():
        return False
    return all(is_intact(root / name, wanted) for name, wanted in known.items())


def _present(root: Path) -> set[str]:
    found = set()
    for place, folders, files in os.walk(root):
        # What Python compiled is read by nobody here, see `conformance.wheels.load`.
        folders[:] = [name for name in folders if name != _COMPILED]
        links = [name for name in folders if os.path.islink(os.path.join(place, name))]
        found |= {os.path.relpath(os.path.join(place, name), root) for name in [*files, *links]}
    return found


def _extract(wheel: Path, manifest: Manifest, folder: Path) -> None:
    """Make the unpacked folder what the wheel holds; files that are right are left alone."""
    root = folder / FOLDER
    fetched: dict[str, Print] = {}
    with opened(wheel) as archive:
        names = archive.python_files()
        for extra in sorted(_present(root) - set(names)):
            (root / extra).unlink()
        for name in names:
            content = archive.read(name)
            fetched[name] = print_of(content)
            _make_room(root, root / name)
            write_atomically(root / name, content)
    root.mkdir(parents=True, exist_ok=True)
    write_manifest(folder, replace(manifest, python=fetched))


def _make_room(root: Path, place: Path) -> None:
    """Remove what stands where a file, or a folder that it lies in, has to be."""
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place)
    for parent in (root, *(p for p in place.parents if p.is_relative_to(root))):
        with suppress(FileNotFoundError):
            if parent.is_symlink() or (parent.exists() and not parent.is_dir()):
                parent.unlink()
