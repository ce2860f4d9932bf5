"""Files that are put into a folder: none over another one, and all of them or none."""

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from conformance.policy.writing import check_place, write_whole


def conflicts(folder: Path, files: Mapping[str, str]) -> list[str]:
    """The paths of files that are there already, links to nothing included."""
    return [path for path in files if os.path.lexists(folder / path)]


def place(folder: Path, files: Mapping[str, str], force: bool = False) -> None:
    """Write every file below the folder, which is made if it is not there.

    With ``force`` files that are there are replaced. Raises ``FileExistsError`` and any other
    ``OSError``; what was written until then is taken back.
    """
    for path in files:
        check_place(folder / path)
    before: dict[Path, bytes | None] = {}
    made: list[Path] = []
    try:
        for path, text in files.items():
            target = folder / path
            made += _folders(target.parent)
            if force and target.is_file():
                before[target] = target.read_bytes()
                write_whole(target, text)
            else:
                _create(target, text)
                before[target] = None
    except BaseException:
        _take_back(before, made)
        raise


def _create(target: Path, text: str) -> None:
    """Write a new file, whole or not at all. Raises ``FileExistsError`` if it is there."""
    with open(target, "xb") as file:
        try:
            file.write(text.encode())
            file.flush()
        except BaseException:
            target.unlink()
            raise


def _folders(folder: Path) -> list[Path]:
    """Make a folder and those above it; the new ones, outermost first."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()][::-1]
    folder.mkdir(parents=True, exist_ok=True)
    return missing


def _take_back(before: Mapping[Path, bytes | None], made: list[Path]) -> None:
    for target, data in before.items():
        if data is None:
            target.unlink(missing_ok=True)
        else:
            target.write_bytes(data)
    for folder in reversed(made):
        with suppress(OSError):  # somebody else has put something into it
            folder.rmdir()
