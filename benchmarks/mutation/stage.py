"""A copy of the checkout in which packages are named as they are installed, for mutmut."""

import contextlib
import io
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from mutmut import configuration
from mutmut.mutation.data import SourceFileMutationData
from mutmut.utils.file_utils import copy_also_copy_files, copy_src_dir

from benchmarks.mutation.rooms import CHECKOUT, Room

INSTALLED = {"kernels": "conformance_kernels", "fixtures": "conformance_fixtures"}
"""Folders whose packages have another name than they."""

COPIED = ("conformance", "kernels", "fixtures", "tests", "benchmarks")


def staged(file: str) -> str:
    """The path in the copy of a file of the checkout."""
    first, _, rest = file.partition("/")
    return f"{INSTALLED.get(first, first)}/{rest}"


def stage(room: Room, folder: Path, workers: int) -> None:
    """Copy the checkout into ``folder``, and write all mutants of a room there."""
    ignored = shutil.ignore_patterns("__pycache__", ".*")
    for name in COPIED:
        shutil.copytree(CHECKOUT / name, folder / INSTALLED.get(name, name), ignore=ignored)
    for name in ("pyproject.toml", "README.md"):
        shutil.copy2(CHECKOUT / name, folder)
    with (folder / "pyproject.toml").open("a") as settings:
        settings.write(_settings(room))
    with inside(folder), contextlib.redirect_stdout(io.StringIO()):
        from mutmut.__main__ import create_mutants  # reads the settings when it is imported

        Path("mutants").mkdir()
        copy_src_dir()
        copy_also_copy_files()
        create_mutants(workers)


def _settings(room: Room) -> str:
    """What mutmut reads. Torch has threads, so mutants are forked from a server without any."""
    return f"""
[tool.mutmut]
source_paths = {[staged(name + "/").rstrip("/") for name in ("conformance", "kernels")]}
only_mutate = {[staged(file) for file in room.files]}
also_copy = ["conformance_fixtures", "benchmarks", "README.md"]
pytest_add_cli_args_test_selection = {list(room.tests)}
process_isolation = "forkserver"
timeout_constant = 3.0
timeout_multiplier = 6.0
track_dependencies = false
use_git_change_detection = false
use_setproctitle = false
"""


@contextlib.contextmanager
def inside(folder: Path) -> Iterator[None]:
    """mutmut works on the current directory, and reads its settings once."""
    before = Path.cwd()
    os.chdir(folder)
    configuration.reset_config()
    try:
        yield
    finally:
        os.chdir(before)


def results(file: str) -> SourceFileMutationData:
    """What mutmut knows of the mutants of a file; inside the copy."""
    data = SourceFileMutationData(path=Path(staged(file)))
    data.load()
    return data
