"""``--write-waivers``: what fails now, as a file of waivers to fill in."""

import sys
from pathlib import Path

from conformance.events.events import Event
from conformance.policy.reading import read_text
from conformance.policy.waiver_baseline import as_toml, baseline
from conformance.policy.waivers import MOST_BYTES, read_waivers
from conformance.policy.writing import check_place, write_whole


class Baseline:
    """Hears a run; :meth:`write` writes what fails and is not waived behind what a file holds.

    Raises ``ValueError`` and ``OSError`` for a file that cannot be one of waivers.
    """

    def __init__(self, path: Path) -> None:
        check_place(path)
        self._path = path
        self._before = read_text(path, MOST_BYTES) if path.exists() else ""
        self._known = {waiver.id for waiver in read_waivers(self._before, str(path))}
        self._events: list[Event] = []

    def __call__(self, event: Event) -> None:
        self._events.append(event)

    def write(self) -> None:
        """Add the new waivers, and say what is left to do. Raises ``OSError``."""
        new = [each for each in baseline(self._events) if each.id not in self._known]
        if new:
            write_whole(self._path, as_toml(new, self._before))
        words = f"{len(new)} new waivers" if len(new) != 1 else "1 new waiver"
        rest = "; fill in issue, owner and expires: until then what they cover fails" if new else ""
        print(f"conformance: {self._path}: {words}{rest}", file=sys.stderr)
