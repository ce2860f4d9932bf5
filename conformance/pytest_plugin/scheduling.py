"""Under pytest-xdist all checks of a subject go to one process, which starts it once."""

from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling, LoadGroupScheduling, LoadScopeScheduling

from conformance.pytest_plugin.node_ids import is_id, run_of


class _OneByOne(LoadScopeScheduling):
    """Every test goes to whichever process is free."""

    def _split_scope(self, nodeid: str) -> str:
        return nodeid


_BASES: dict[str, type[LoadScopeScheduling]] = {
    "load": _OneByOne,
    "worksteal": _OneByOne,
    "loadscope": LoadScopeScheduling,
    "loadfile": LoadFileScheduling,
    "loadgroup": LoadGroupScheduling,
}


def scheduler(config: pytest.Config, log: Any) -> Any:
    """What distributes items as ``--dist`` says, but those of one subject together.

    None for ``--dist each``, where every process runs everything.
    """
    base = _BASES.get(config.getvalue("dist"))
    if base is None:
        return None

    class SubjectsTogether(base):  # type: ignore[valid-type, misc]
        def _split_scope(self, nodeid: str) -> str:
            return run_of(nodeid) if is_id(nodeid) else super()._split_scope(nodeid)

    return SubjectsTogether(config, log)
