"""What the engine's process alone knows of a failure: registered operators, breaks of the graph."""

from __future__ import annotations

import re
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

from conformance import torch_registry, torch_tracing

_OPERATOR = re.compile(r"\b(rbln_\w+_ops)(?:\.|::)(\w+)")


@contextmanager
def explained() -> Iterator[None]:
    """Add to an exception which operators are registered, if it tells of one that is not."""
    try:
        yield
    except Exception as error:
        text = "".join(traceback.format_exception(error))
        for space, name in dict.fromkeys(_OPERATOR.findall(text)):
            known = registered(space)
            if name not in known:
                error.add_note(
                    f"{space} has no {name}; registered: {', '.join(known) or 'nothing'}; "
                    f"imported: {', '.join(_modules()) or 'nothing'}"
                )
        raise


def registered(space: str) -> list[str]:
    """Operators of a namespace that torch knows."""
    return torch_registry.operators_of(space)


def _modules() -> list[str]:
    """Modules of the plugin that define operators, as far as they are imported."""
    return sorted(name.removeprefix("vllm_rbln.") for name in sys.modules
                  if name.startswith("vllm_rbln.") and ".ops." in name)  # fmt: skip


class GraphBreaks:
    """Where torch.compile broke graphs since the last time: what lies between runs eagerly."""

    def __init__(self) -> None:
        self._before = torch_tracing.graph_breaks()

    def remarks(self) -> list[str]:
        """A sentence, or nothing."""
        now = torch_tracing.graph_breaks()
        new = {why: n - self._before.get(why, 0) for why, n in now.items()}
        self._before = now
        reasons = [" ".join(why.split())[:200] for why, n in new.items() if n > 0]
        if not reasons:
            return []
        times = sum(n for n in new.values() if n > 0)
        return [f"torch.compile broke the graph {times} times: {'; '.join(reasons[:2])}"]
