"""The schema of an operator: what callers may rely on."""

from dataclasses import dataclass

Expression = str
"""A size of a result, as arithmetic of sizes of arguments: ``"gating.shape[0]"``, ``"topk"``."""


@dataclass(frozen=True)
class Argument:
    """An argument of an operator, or of a function.

    ``type`` is written as PyTorch prints it, without alias annotations and with ``int`` for
    ``SymInt``: ``Tensor``, ``Tensor?``, ``Tensor[]``, ``int``, ``int[2]``, ``float?``, ``str``;
    for a function it is the annotation. ``default`` is the text of a Python value (``None``,
    ``True``, ``1``, ``1.0``, ``"x"``, ``[0, 1]``), None if the argument is required. ``alias``
    names the memory that it shares with results; letters are given in the order of the arguments,
    so that schemas that differ in letters only are equal; ``a|b`` is memory of either, ``*`` any,
    ``a -> *`` memory that is somewhere else afterwards, ``[]a`` that of a list instead of its
    elements. ``writes`` says that it is written in place.
    """

    name: str
    type: str
    default: str | None = None
    keyword_only: bool = False
    alias: str | None = None
    writes: bool = False


@dataclass(frozen=True)
class Result:
    """What an operator returns; ``alias`` names the memory of an argument that it lies in."""

    type: str
    name: str = ""
    alias: str | None = None
    writes: bool = False


@dataclass(frozen=True)
class Schema:
    """One overload of an operator. ``name`` is ``namespace::operator``."""

    name: str
    arguments: tuple[Argument, ...]
    results: tuple[Result, ...]
    overload: str = ""
    more_arguments: bool = False
    """Whether any number of further arguments is taken (``...``), as TorchScript has it."""
    more_results: bool = False

    @property
    def full_name(self) -> str:
        """``namespace::operator`` or ``namespace::operator.overload``."""
        return f"{self.name}.{self.overload}" if self.overload else self.name

    @property
    def writes(self) -> tuple[str, ...]:
        """The names of the arguments that are written in place."""
        return tuple(argument.name for argument in self.arguments if argument.writes)


@dataclass(frozen=True)
class FakeResult:
    """What a fake kernel says of one result, as relations between sizes.

    ``dtype`` is a name of torch (``float32``) or ``ARGUMENT.dtype``; ``strides`` is ``contiguous``,
    ``as ARGUMENT``, or expressions. None stands for what could not be found out.
    """

    shape: tuple[Expression, ...] | None = None
    dtype: str | None = None
    strides: str | None = None
