"""Are the names of a contract its own, and can a case write them down?"""

import re
from collections.abc import Iterator

from conformance.contract.arguments import TensorArgument
from conformance.contract.arguments.scalars import SizeArgument
from conformance.contract.contract import Contract
from conformance.contract.mistake import ContractMistake

RESERVED = ("seed", "step", "new", "undefined", "call", "gpu")
"""Names under which cases write words of their own."""

_CONTRACT = re.compile(r"[A-Za-z_][\w.:-]*")
_WORD = re.compile(r"[A-Za-z0-9_.=+<>-]+")


def check_names(contract: Contract) -> None:
    """Raise :class:`ContractMistake` for a name that a case cannot tell from another."""
    if not _CONTRACT.fullmatch(contract.name):
        problem = f"{contract.name!r} cannot be written in a case"
        name = contract.name or repr(contract.name)
        raise ContractMistake(name, "name", problem, "use letters, digits, _ . : -")
    seen: dict[str, str] = {}
    for field, name, owner in _names(contract):
        if not name.isidentifier():
            raise ContractMistake("", field, f"{name!r} is no identifier")
        if name in RESERVED and not isinstance(owner, TensorArgument | SizeArgument):
            reserved = ", ".join(RESERVED)
            raise ContractMistake("", field, "cases use this name themselves", f"not: {reserved}")
        if name in seen:
            raise ContractMistake("", field, f"{seen[name]} has the same name", "rename one")
        seen[name] = field
    for output in contract.outputs:
        if not output.name.isidentifier():
            raise ContractMistake("", f"output {output.name}", f"{output.name!r} is no identifier")
        if [o.name for o in contract.outputs].count(output.name) > 1:
            raise ContractMistake("", f"output {output.name}", "two outputs have this name")
    for choice in contract.choices:
        if not choice.words:
            raise ContractMistake("", f"choice {choice.name}", "at least one word is needed")
    for field, word in _words(contract):
        if not _WORD.fullmatch(word):
            raise ContractMistake("", field, f"{word!r} cannot be written in a case")


def _names(contract: Contract) -> Iterator[tuple[str, str, object]]:
    for axis in contract.axes:
        yield f"axis {axis.name}", axis.name, axis
    for argument in contract.arguments:
        # A size may have the name of its axis: the case writes the axis alone.
        if isinstance(argument, SizeArgument) and argument.name == argument.axis:
            continue
        yield f"argument {argument.name}", argument.name, argument
    for choice in contract.choices:
        yield f"choice {choice.name}", choice.name, choice


def _words(contract: Contract) -> Iterator[tuple[str, str]]:
    for choice in contract.choices:
        for word in choice.words:
            yield f"choice {choice.name}", word
    for tensor in contract.tensors:
        for word in (*tensor.patterns, *tensor.owed_layouts):
            yield f"argument {tensor.name}", word
    for word in (*contract.patterns, *contract.layouts):
        yield "patterns and layouts", word
