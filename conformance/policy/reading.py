"""Files that strangers may have written, read within limits."""

import json
import os
import stat
from pathlib import Path
from typing import Any

MIB = 1 << 20


def read_text(path: Path, most: int) -> str:
    """The text of a file of at most ``most`` bytes, in UTF-8.

    Raises ``OSError`` with the name of the file, and ``ValueError`` that begins with it: for more
    bytes, for other bytes, and for a folder, a pipe or a socket, which are never waited for.
    """
    with open(path, "rb", opener=_without_waiting) as file:
        mode = os.fstat(file.fileno()).st_mode
        if not (stat.S_ISREG(mode) or (stat.S_ISCHR(mode) and not file.isatty())):
            raise ValueError(f"{path}: this is no file")
        data = file.read(most + 1)
    if len(data) > most:
        raise ValueError(f"{path}: this file has more than {most} bytes")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: this file is no text in UTF-8: {error}") from error


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK | os.O_CLOEXEC)


def parse_json(text: str) -> Any:
    """What a JSON text says.

    Raises ``ValueError`` for any other text, for NaN and infinity, for an object that has a key
    twice, and for one that nests too deeply or holds a number of too many digits.
    """
    try:
        return json.loads(text, parse_constant=_refuse, object_pairs_hook=_without_repetition)
    except RecursionError as error:
        raise ValueError("it nests too deeply") from error


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in found if names.count(name) > 1)
        raise ValueError(f"{twice[:60]!r} stands twice in an object")
    return found
