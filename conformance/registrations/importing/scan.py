"""Which modules of a package register something, by a look at their text. Imports nothing."""

import re
from collections.abc import Iterator
from pathlib import Path

_REGISTERS = re.compile(
    rb"torch\.library|torch\.ops\.load_library|\bLibrary\(|\b(direct_)?register_custom_op\("
    rb"|\bcustom_op\(|\btriton_op\(|\bregister_fake\("
)
_LARGEST = 4 << 20
"""Bytes of a file that is looked at."""
_MOST = 50_000
"""Files that are looked at."""
_SKIPPED = frozenset({"tests", "test", "testing", "__pycache__", "benchmarks", "examples"})


def registering_modules(folder: Path, root: str) -> tuple[str, ...]:
    """The modules at and below ``root`` (a folder or file in ``folder``) that may register.

    Tests, programs (``__main__``) and what cannot be imported under its name are left out. The
    modules with the fewest dots come first.
    """
    found = []
    for path in _files(folder, root):
        parts = path.relative_to(folder).with_suffix("").parts
        if parts[-1] == "__init__":
            parts = parts[:-1]
        if _is_importable(parts) and _registers(path):
            found.append(".".join(parts))
    return tuple(sorted(found, key=lambda name: (name.count("."), name)))


def _files(folder: Path, root: str) -> Iterator[Path]:
    single = folder / f"{root}.py"
    if single.is_file():
        yield single
    for count, path in enumerate(sorted((folder / root).rglob("*.py"))):
        if count == _MOST:
            return
        yield path


def _is_importable(parts: tuple[str, ...]) -> bool:
    name = parts[-1]
    if not all(part.isidentifier() for part in parts) or _SKIPPED & set(parts[1:]):
        return False
    return not name.startswith("test_") and name not in ("__main__", "conftest", "setup")


def _registers(path: Path) -> bool:
    try:
        if path.stat().st_size > _LARGEST:
            return False
        return _REGISTERS.search(path.read_bytes()) is not None
    except OSError:
        return False
