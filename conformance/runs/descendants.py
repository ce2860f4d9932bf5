"""Every process that a command started, wherever it went, and its end."""

import os

from conformance.processes import confine, tree


class Descendants:
    """The processes that are started below this one from now on.

    On Linux also those whose parent ended: they become children of this process.
    """

    def __init__(self) -> None:
        self._others = frozenset(tree.below(os.getpid()))
        confine.adopt_orphans()

    def end(self, seconds: float = 5.0) -> None:
        """End them all, and whatever they start meanwhile; give up after ``seconds``."""
        tree.forget(tree.end_all(os.getpid(), self._others, seconds))
