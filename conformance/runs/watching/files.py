"""The files that a round depends on, and the news of a save among them."""

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from conformance.catalogue.sources import file_of
from conformance.policy.configuration import Configuration
from conformance.runs.changed import is_given, made_of

STEP = 20
"""Milliseconds without a further change after which a save is over."""
DEBOUNCE = 400
"""Milliseconds after which a save is told, even if it goes on."""


@dataclass(frozen=True)
class WatchedFiles:
    """The ``files`` that are known, ``folders`` of which every Python file counts, and ``patterns``
    (as in a configuration) below ``root``."""

    files: frozenset[Path]
    folders: frozenset[Path]
    root: Path
    patterns: tuple[str, ...] = ()

    @classmethod
    def of(
        cls, configuration: Configuration, names: Sequence[str], further: Sequence[str] = ()
    ) -> "WatchedFiles":
        """Those of the subjects, contracts and configured files of these operators.

        ``further`` are texts that name subjects as well: what is said on the command line.
        Nothing is imported; what is not there yet is waited for in its folder.
        """
        root = configuration.folder.resolve()
        files: set[Path] = set()
        folders: set[Path] = set()
        patterns: list[str] = []
        for name in names:
            operator = configuration.asked_of(name)
            files |= made_of(operator, root)
            subjects = (*operator.choices.subjects, *further)
            for text in (operator.operator, operator.imports, *subjects):
                if named := file_of(text) or _written(text):
                    files.add(named)
                    folders.add(named.parent)
            patterns += operator.files
        if configuration.source is not None:
            files.add(configuration.source.resolve())
        for folder in folders:
            files |= {each.resolve() for each in folder.glob("*.py")}
        folders = {each.resolve() for each in folders}
        return cls(frozenset(files), frozenset(folders), root, tuple(patterns))

    def holds(self, path: Path) -> bool:
        """Whether a change of this file asks anew."""
        if path in self.files or (path.suffix == ".py" and path.parent in self.folders):
            return True
        return is_given(path, self.root, self.patterns)

    @property
    def places(self) -> list[Path]:
        """The folders to look at, those below others left out."""
        wanted = {each.parent for each in self.files} | self.folders
        if self.patterns:
            wanted.add(self.root)
        return sorted(each for each in wanted if each.is_dir())


def _written(text: str) -> Path | None:
    """The path of ``FILE.py:NAME``, whether it is there or not."""
    place = text.partition(".py:")[0] + ".py" if ".py:" in text else ""
    return Path(place).absolute() if place and Path(place).absolute().parent.is_dir() else None


@dataclass
class Saves:
    """Hears of saves in a thread of its own. Use it in a ``with``."""

    files: WatchedFiles
    _changed: set[Path] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._lock, self.came = threading.Lock(), threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "Saves":
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._stop.set()
        self._thread.join(timeout=2.0)

    def take(self) -> list[Path]:
        """The files that changed since this was asked last."""
        with self._lock:
            found, self._changed = sorted(self._changed), set()
            self.came.clear()
        return found

    def _watch(self) -> None:
        import watchfiles

        for changes in watchfiles.watch(
            *self.files.places, watch_filter=self._filter, debounce=DEBOUNCE, step=STEP,
            stop_event=self._stop, recursive=bool(self.files.patterns), raise_interrupt=False,
            rust_timeout=500,
        ):  # fmt: skip
            with self._lock:
                self._changed |= {Path(path) for _, path in changes}
                self.came.set()

    def _filter(self, change: object, path: str) -> bool:
        return self.files.holds(Path(path))


def names_of(paths: Iterable[Path], most: int = 3) -> str:
    """Files on a short line."""
    names = [path.name for path in paths]
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
