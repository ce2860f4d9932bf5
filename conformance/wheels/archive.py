"""Reading a wheel that nobody vouches for: what it says of itself is bounded before it is read."""

import csv
import errno
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from stat import S_ISLNK

from conformance.wheels.errors import WheelRefused

LARGEST_FILE = 64 << 20
"""Bytes of one file that is taken out of a wheel."""
LARGEST_TOTAL = 1 << 30
"""Bytes of all files that are taken out of a wheel."""
LARGEST_DIRECTORY = 16 << 20
"""Bytes of the list of a wheel's files; torch's has 3 MiB."""
MOST_PACKED = 200
"""How many bytes may come out of one, in files of more than :data:`SMALL` bytes; text gives 5."""
SMALL = 1 << 20
LONGEST_NAME, LONGEST_PART = 1024, 200

_RECORD = re.compile(r"[^/]+\.dist-info/RECORD")
_DAMAGE = (
    csv.Error,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    ValueError,
    LookupError,
    ArithmeticError,
    RuntimeError,
    NotImplementedError,
)


class Archive:
    """The files of an open wheel. Use :func:`opened`."""

    def __init__(self, wheel: str, archive: zipfile.ZipFile) -> None:
        self._wheel, self._archive = wheel, archive

    def python_files(self) -> list[str]:
        """Names of the files ``*.py``. Raises `WheelRefused` if it cannot be safely unpacked."""
        infos = [info for info in self._archive.infolist() if _is_python(info)]
        self._check(infos)
        names = dict.fromkeys(info.filename for info in infos)
        if lost := sorted(n for n in self._recorded() if n.endswith(".py") and n not in names):
            raise self._lost(lost[0])
        for name in names:
            if inside := next((str(p) for p in PurePosixPath(name).parents if str(p) in names), ""):
                raise self._refusal(f"{inside} is a file and holds {name}")
        return list(names)

    def read(self, name: str, largest: int | None = None) -> bytes:
        """A file's bytes, ``largest`` or `LARGEST_FILE` at most.

        Raises `WheelRefused`, and KeyError if there is no file of that name.
        """
        try:
            info = self._archive.getinfo(name)
        except KeyError:
            if name in self._recorded():
                raise self._lost(name) from None
            raise
        self._check([info], largest)
        with _damage_is_told(self._wheel, f"{name}: "), self._archive.open(info) as stream:
            content = stream.read(info.file_size)
            stream.read(1)  # checks the checksum of an empty file as well
        if len(content) != info.file_size:
            why = f"{name} has {len(content)} bytes, and {info.file_size} are declared"
            raise self._refusal(why, damaged=True)
        return content

    def _recorded(self) -> set[str]:
        """Names of the files that the wheel had when it was made."""
        record = [name for name in self._archive.namelist() if _RECORD.fullmatch(name)]
        text = self.read(record[0]).decode(errors="replace") if record else ""
        with _damage_is_told(self._wheel, "RECORD: "):
            return {row[0] for row in csv.reader(text.splitlines()) if row}

    def _lost(self, name: str) -> WheelRefused:
        return self._refusal(f"{name} is in its RECORD, and not in it", damaged=True)

    def _check(self, infos: Iterable[zipfile.ZipInfo], largest: int | None = None) -> None:
        total, known = 0, dict[str, zipfile.ZipInfo]()
        for info in infos:
            if why := _objection(info, largest or LARGEST_FILE):
                raise self._refusal(f"{info.orig_filename!r} {why}")
            twin = known.setdefault(info.filename, info)
            if (twin.CRC, twin.file_size) != (info.CRC, info.file_size):
                raise self._refusal(f"it holds two files {info.filename}")
            total += info.file_size
            if total > LARGEST_TOTAL:
                raise self._refusal(f"its Python files have more than {LARGEST_TOTAL >> 20} MiB")

    def _refusal(self, why: str, damaged: bool = False) -> WheelRefused:
        return WheelRefused(self._wheel, why, damaged)


@contextmanager
def opened(wheel: Path) -> Iterator[Archive]:
    """The wheel at that path. Raises `WheelRefused`, and OSError if it cannot be read."""
    if (length := _directory_length(wheel)) > LARGEST_DIRECTORY:
        raise WheelRefused(wheel.name, f"the list of its files has {length} bytes")
    with _damage_is_told(wheel.name):
        archive = zipfile.ZipFile(wheel)
    with archive:
        yield Archive(wheel.name, archive)


@contextmanager
def _damage_is_told(wheel: str, where: str = "") -> Iterator[None]:
    try:
        yield
    except (*_DAMAGE, OSError) as error:
        # A wrong place in the file is one before its beginning.
        if isinstance(error, OSError) and error.errno not in (None, errno.EINVAL):
            raise
        what = "its list of files is wrong" if isinstance(error, OSError) else str(error)
        why = f"{where}{type(error).__name__}: {what}"
        raise WheelRefused(wheel, " ".join(why.split())[:300], damaged=True) from error


def _is_python(info: zipfile.ZipInfo) -> bool:
    # `filename` ends at the first NUL of what the wheel says.
    return info.filename.endswith(".py") or info.orig_filename.endswith(".py")


def _objection(info: zipfile.ZipInfo, largest: int) -> str:
    """Why a file is not taken out of a wheel; empty if nothing speaks against it."""
    name = info.orig_filename
    parts = name.split("/")
    if "\0" in name or "\\" in name or not name.isprintable():
        return "is no name of a file"
    if name.startswith("/") or ".." in parts:
        return "lies outside the wheel"
    if "" in parts or "." in parts:
        return "is no plain path"
    if (
        len(name.encode()) > LONGEST_NAME
        or max(len(part.encode()) for part in parts) > LONGEST_PART
    ):
        return "is too long for a path"
    if S_ISLNK(info.external_attr >> 16):
        return "is a symbolic link"
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return f"is packed by method {info.compress_type}, which wheels do not use"
    if info.file_size > largest:
        return f"has {info.file_size} bytes; {largest >> 20} MiB are taken at most"
    if info.file_size > SMALL and info.file_size > MOST_PACKED * info.compress_size:
        return f"unpacks {info.compress_size} bytes to {info.file_size}"
    return ""


def _directory_length(wheel: Path) -> int:
    """Bytes of the list of files, as the wheel's last record declares it; 0 if it has none."""
    with wheel.open("rb") as stream:
        stream.seek(max(0, stream.seek(0, 2) - (1 << 16) - 100))
        tail = stream.read()
    at = tail.rfind(b"PK\5\6")
    if at < 0:
        return 0
    if at >= 76 and tail[at - 20 : at - 16] == b"PK\6\7":
        return int.from_bytes(tail[at - 36 : at - 28], "little")
    return int.from_bytes(tail[at + 12 : at + 16], "little")
