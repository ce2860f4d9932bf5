"""Reading a source archive that nobody vouches for, without unpacking it to the disk."""

import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from conformance.wheels.archive import LARGEST_FILE, LARGEST_TOTAL, LONGEST_NAME, LONGEST_PART
from conformance.wheels.errors import WheelRefused

MOST_FILES = 200_000
"""Files that an archive may list."""
CPP = frozenset({".cpp", ".cc", ".cxx", ".cu", ".hip", ".h", ".hpp", ".cuh", ".inl"})
_MARK = b"TORCH_LIBRARY"
_NOT_SHIPPED = frozenset(
    {"tests", "test", "testing", "benchmarks", "benchmark", "examples", "docs", "tools", "scripts"}
)
_DAMAGE = (
    *(tarfile.TarError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, ValueError),
    *(LookupError, ArithmeticError, RuntimeError, NotImplementedError),
)


def registration_files(archive: Path) -> dict[str, bytes]:
    """What matters for registrations in a source archive, by path below the folder of imports.

    These are the Python files of the packages that it ships (``src/pkg/ops.py`` is ``pkg/ops.py``)
    and the C++ files that hold ``TORCH_LIBRARY``. Raises `WheelRefused`; OSError if the archive
    cannot be read.
    """
    try:
        files = dict(_wanted(archive))
    except _DAMAGE as error:
        why = " ".join(f"{type(error).__name__}: {error}".split())[:300]
        raise WheelRefused(archive.name, why, damaged=True) from error
    packages = _packages(files)
    found: dict[str, bytes] = {}
    for path, content in files.items():
        if PurePosixPath(path).suffix != ".py":
            found[path] = content
        elif home := next((p for p in packages if path.startswith(f"{p}/")), ""):
            found[path[len(home) - len(PurePosixPath(home).name) :]] = content
    return found


def _packages(files: dict[str, bytes]) -> list[str]:
    """Folders at the top, or below ``src``, that can be imported and belong to no workshop."""
    found = set()
    for path in files:
        folder = PurePosixPath(path)
        if folder.name != "__init__.py" or len(folder.parts) > 3:
            continue
        home = folder.parent
        plain = home.parent in (PurePosixPath(), PurePosixPath("src"))
        if home.parts and plain and home.name not in _NOT_SHIPPED:
            found.add(str(home))
    return sorted(found)


def _wanted(archive: Path) -> Iterator[tuple[str, bytes]]:
    total = count = 0
    for name, size, read in _entries(archive):
        count += 1
        if count > MOST_FILES:
            raise WheelRefused(archive.name, f"it lists more than {MOST_FILES} files")
        path = PurePosixPath(name)
        if path.suffix != ".py" and path.suffix not in CPP:
            continue
        if why := _objection(name, size):
            raise WheelRefused(archive.name, f"{name!r} {why}")
        content = read()
        if path.suffix in CPP and _MARK not in content:
            continue
        total += len(content)
        if total > LARGEST_TOTAL:
            raise WheelRefused(archive.name, f"its files have more than {LARGEST_TOTAL >> 20} MiB")
        yield str(PurePosixPath(*path.parts[1:])), content


def _entries(archive: Path):
    """Name, size and a function that reads it, of each plain file in the archive."""
    if archive.name.endswith(".zip"):
        with zipfile.ZipFile(archive) as opened:
            for info in opened.infolist():
                if not info.is_dir():
                    yield info.filename, info.file_size, lambda info=info: opened.read(info)
        return
    with tarfile.open(archive, "r|*") as stream:
        for member in stream:
            if member.isfile():
                yield member.name, member.size, lambda m=member: _content(stream, m)


def _content(stream: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    opened = stream.extractfile(member)
    content = b"" if opened is None else opened.read(member.size)
    if len(content) != member.size:
        raise tarfile.ReadError(f"{member.name} ends early")
    return content


def _objection(name: str, size: int) -> str:
    parts = name.split("/")
    if "\\" in name or not name.isprintable():
        return "is no name of a file"
    if name.startswith("/") or ".." in parts or len(parts) < 2:
        return "lies outside the folder of the archive"
    if "" in parts or "." in parts:
        return "is no plain path"
    longest = max(len(part.encode()) for part in parts)
    if len(name.encode()) > LONGEST_NAME or longest > LONGEST_PART:
        return "is too long for a path"
    if size > LARGEST_FILE:
        return f"has {size} bytes; {LARGEST_FILE >> 20} MiB are taken at most"
    return ""
