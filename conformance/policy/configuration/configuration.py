"""A project's configuration as data."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from conformance.policy.configuration.choices import NOTHING, Choices


@dataclass(frozen=True)
class ConfiguredOperator:
    """An operator that a project asks: ``[tool.conformance.operators.NAME]``.

    ``contract`` is what ``conformance check`` takes as an operator: ``FILE.py:NAME``, or empty for
    the installed operator of this name. Of an operator that is registered with torch (the name is
    ``NAMESPACE::NAME``) it is the contract that its values are judged by, and may be empty;
    ``imports`` registers it, ``example`` is ``FILE.py:NAME`` of arguments to vary. ``files`` are
    patterns of further files that belong to the operator, for ``--changed-since`` and ``--watch``.
    """

    name: str
    contract: str = ""
    imports: str = ""
    example: str = ""
    files: tuple[str, ...] = ()
    choices: Choices = NOTHING

    @property
    def registered(self) -> bool:
        """Whether it is an operator that is registered with torch."""
        return "::" in self.name

    @property
    def operator(self) -> str:
        """What a run asks: the contract, or the name of an installed or a registered operator."""
        return self.name if self.registered else self.contract or self.name


@dataclass(frozen=True)
class Configuration:
    """What a project says. ``source`` is its file; None if there is none.

    Paths in it are relative to the folder of the file, and are given here as they are reached from
    the current folder.
    """

    source: Path | None = None
    choices: Choices = NOTHING
    operators: Mapping[str, ConfiguredOperator] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """The folder of the file; the current one if there is none."""
        return self.source.parent if self.source else Path()

    def asked_of(self, name: str) -> ConfiguredOperator:
        """What is asked of an operator, with what is said of all operators filled in.

        A name that is not configured stands for itself.
        """
        own = self.operators.get(name, ConfiguredOperator(name))
        return replace(own, choices=own.choices.over(self.choices))
