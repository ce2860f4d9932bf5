"""The error for what an emulation does not model."""

from __future__ import annotations


def short_name(kernel: str) -> str:
    """What a reader calls a kernel: its name without the module and the functions around it."""
    return kernel.rpartition(".")[2]


class UnsupportedFeature(NotImplementedError):
    """A kernel uses something that the emulation which runs it does not model.

    ``feature`` names it; ``kernel`` (module and qualified name), ``file`` and ``line`` say where,
    if it was met inside a kernel. Each emulation has a subclass that names it in ``who``.
    """

    who = "the emulation"

    def __init__(
        self,
        feature: str,
        kernel: str | None = None,
        file: str | None = None,
        line: int | None = None,
    ):
        self.feature, self.kernel, self.file, self.line = feature, kernel, file, line
        where = f" (kernel {short_name(kernel)}, {file}:{line})" if kernel else ""
        super().__init__(f"{self.who} does not support {feature}{where}")
