"""All Python files of a release, as a folder."""

import shutil
import tempfile
import zipfile
from pathlib import Path

from conformance.wheels.wheels import borrowed, release_folder


def unpack(
    distribution: str, version: str, *, cache: Path | None = None, offline: bool = False
) -> Path:
    """The folder with the `*.py` files of a release's wheel; unpacked once. The wheel is not kept.

    Nothing is imported or run. Several processes may unpack the same release at once. Raises as
    `conformance.wheels.wheels.fetch`, and ValueError if the wheel has a path that leaves the
    folder.
    """
    folder = release_folder(distribution, version, cache) / "python"
    if folder.is_dir():
        return folder
    with borrowed(distribution, version, cache=cache, offline=offline) as wheel:
        folder.parent.mkdir(exist_ok=True)
        scratch = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".unpacking-"))
        try:
            _extract(wheel, scratch)
            try:
                scratch.rename(folder)
            except OSError:
                if not folder.is_dir():  # another process was faster
                    raise
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    return folder


def _extract(wheel: Path, folder: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if not name.endswith(".py"):
                continue
            place = (folder / name).resolve()
            if not place.is_relative_to(folder.resolve()):
                raise ValueError(f"{wheel.name}: {name} lies outside the wheel")
            archive.extract(name, folder)
