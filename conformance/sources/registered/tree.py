"""The files of a tree that matter here. Those that hold none of the words are not parsed."""

import ast
import re
import warnings
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from conformance.sources.reading.source import Source

LARGEST = 16 << 20
"""Bytes of a file that is read."""
_NAME = re.compile(r"[^\W\d]\w*")
_SKIPPED = {"__pycache__", "node_modules", "build", "dist"}
CPP = frozenset({".cpp", ".cc", ".cxx", ".cu", ".hip", ".h", ".hpp", ".cuh", ".inl"})


@dataclass(eq=False)
class Tree(Mapping[str, Source]):
    """Python modules by dotted name, parsed when they are asked for; and C++ files."""

    root: Path
    unresolved: list[str] = field(default_factory=list)
    """Files that cannot be read, as ``file:line: text``."""
    _paths: dict[str, str] = field(default_factory=dict)
    _texts: dict[str, str] = field(default_factory=dict)
    _parsed: dict[str, Source | None] = field(default_factory=dict)
    _names: dict[str, frozenset[str]] = field(default_factory=dict)
    cpp: dict[str, str] = field(default_factory=dict)
    """The texts of C++ files that register something, by path."""

    def __post_init__(self) -> None:
        alone = self.root.is_file()
        for path in [self.root] if alone else _files(self.root):
            name = path.name if alone else path.relative_to(self.root).as_posix()
            try:
                too_large = path.stat().st_size > LARGEST
                data = b"" if too_large else path.read_bytes()
            except OSError as error:
                self.unresolved.append(f"{name}:0: {error.strerror}")
                continue
            if too_large:
                self.unresolved.append(f"{name}:0: the file has more than {LARGEST >> 20} MiB")
            elif path.suffix == ".py":
                self._paths[module_of(name)] = name
                self._texts[name] = data.decode("utf-8", "replace")
            elif b"TORCH_LIBRARY" in data or b"#define" in data:
                self.cpp[name] = data.decode("utf-8", "replace")

    def text(self, path: str) -> str:
        """The text of a Python file."""
        return self._texts[path]

    def lines(self, path: str, first: int, last: int) -> str:
        """Lines of a Python file, from the first to the last one."""
        return "\n".join(self._texts[path].splitlines()[first - 1 : last])

    def __getitem__(self, module: str) -> Source:
        path = self._paths[module]
        if path not in self._parsed:
            self._parsed[path] = self._parse(path)
        if (source := self._parsed[path]) is None:
            raise KeyError(module)
        return source

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)

    def holding(self, words: Collection[str], text: str = "") -> list[Source]:
        """The Python files in which one of some names occurs, or a text, by path."""
        wanted = frozenset(words)
        names = [
            module
            for module, path in self._paths.items()
            if not wanted.isdisjoint(self._words(path)) or (text and text in self._texts[path])
        ]
        found = (self.get(name) for name in names)
        return sorted((source for source in found if source), key=lambda source: source.path)

    def _words(self, path: str) -> frozenset[str]:
        if path not in self._names:
            self._names[path] = frozenset(_NAME.findall(self._texts[path]))
        return self._names[path]

    def _parse(self, path: str) -> Source | None:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # what the tree's author wrote is not ours
                return Source(path, ast.parse(self._texts[path], path))
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            line = getattr(error, "lineno", 0) or 0
            self.unresolved.append(f"{path}:{line}: {type(error).__name__}: {error}"[:300])
            return None


def module_of(path: str) -> str:
    """The dotted name under which a file is imported."""
    parts = PurePosixPath(path).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)


def _files(root: Path) -> Iterator[Path]:
    for path in sorted(root.iterdir()):
        if path.name.startswith(".") or path.name in _SKIPPED or path.name.endswith("-info"):
            continue
        if path.is_dir() and not path.is_symlink():
            yield from _files(path)
        elif path.is_file() and (path.suffix == ".py" or path.suffix in CPP):
            yield path
