"""A process of its own: import what a text names, and write the locks of what that registers.

``python -m conformance.registrations.locking TEXT FILE``. The file is JSON: ``locks``, and what was
``missing``; or what was ``refused``, with the name of the exception.
"""

import json
import sys
from pathlib import Path

from conformance.events.loading import refusal_of
from conformance.policy.writing import write_whole
from conformance.registrations.from_torch import locks_of
from conformance.registrations.importing import importing
from conformance.schemas.lock_text import lock_data


def main(text: str, path: Path) -> None:
    """Write what came of it; nothing is raised for what the text names."""
    try:
        imported = importing(text)
        locks = locks_of(imported.operators, imported.registered)
        told = {"locks": [lock_data(lock) for lock in locks], "missing": dict(imported.missing)}
    except Exception as error:
        told = {"refused": refusal_of(error), "message": str(error)}
    write_whole(path, json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
