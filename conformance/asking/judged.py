"""The fingerprint of the code that is judged."""

import inspect
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from conformance.events.events import Judged


def judged_code(
    origin: str,
    sources: Path | None,
    name: str = "",
    function: Callable[..., Any] | None = None,
    text_only: bool = False,
) -> Judged:
    """The sha256 of the files that hold a subject's code. ``origin`` is ``FILE:LINE``.

    These are the unpacked files of a release, its ``sources``; else the file that the origin names,
    and if that is part of a package, the Python files beside it. With ``text_only``, or where there
    is no file, it is the source text of the ``function``, called ``name``. Where there is neither,
    as for an operator that a compiled library registered, both fields are empty.
    """
    if sources is not None and sources.is_dir():
        # What Python writes when the release is first imported is no part of it.
        files = (f for f in sources.rglob("*") if f.is_file() and "__pycache__" not in f.parts)
        return _files(sources, sorted(files), "files")
    # The function may be a wrapper of the suite's around what is judged; the origin is not.
    path = Path(origin.rpartition(":")[0])
    if not text_only and path.is_file():
        if (path.parent / "__init__.py").is_file():
            return _files(path.parent, sorted(path.parent.glob("*.py")), "Python files")
        return Judged(f"file {path}", sha256(path.read_bytes()).hexdigest())
    if function is None:
        return Judged()
    try:
        text = inspect.getsource(inspect.unwrap(function))
    except (OSError, TypeError):
        return Judged()
    return Judged(f"source text of {name}", sha256(text.encode()).hexdigest())


def _files(folder: Path, files: Sequence[Path], what: str) -> Judged:
    """All files, each with its path in the folder, so that a renamed file changes the sum."""
    total = sha256()
    for path in files:
        data = path.read_bytes()
        total.update(f"{path.relative_to(folder).as_posix()}\n{len(data)}\n".encode() + data)
    return Judged(f"{len(files)} {what} of {folder}", total.hexdigest())
