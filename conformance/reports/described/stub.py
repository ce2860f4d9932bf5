"""A Python function to paste: the signature that a contract implies, and no body."""

import keyword
import re
import textwrap
from collections.abc import Iterable

from conformance.contract import Contract, TensorArgument
from conformance.reports.described.argument_text import annotation, type_text
from conformance.reports.described.output_text import output_type

WIDTH = 100


def signature(contract: Contract) -> str:
    """``def name(…) -> …`` on one line, without a colon."""
    return f"def {_name(contract.name)}({', '.join(_parameters(contract))}) -> {_result(contract)}"


def head(contract: Contract) -> str:
    """The signature with a line for each parameter, if it is long."""
    line = signature(contract)
    if len(line) < WIDTH:
        return line
    parameters = "".join(f"    {parameter},\n" for parameter in _parameters(contract))
    return f"def {_name(contract.name)}(\n{parameters}) -> {_result(contract)}"


def stub(contract: Contract) -> str:
    """A module that defines a function of the contract's signature, which is not implemented."""
    lines = [f"{_upper(contract.summary)}.", "", "Arguments:"]
    lines += _entries((a.name, type_text(a), a.meaning) for a in contract.arguments)
    if written := [argument.name for argument in contract.tensors if argument.written]:
        lines += ["", f"Writes in place: {', '.join(written)}."]
    if outputs := contract.returned:
        lines += ["", "Returns:"]
        lines += _entries((o.name, output_type(contract, o), o.meaning) for o in outputs)
    text = "\n".join(lines).replace("\\", "\\\\").replace('"""', "'''")
    body = textwrap.indent(f'"""{text}\n"""\nraise NotImplementedError\n', "    ")
    return f"import torch\n\n\n{head(contract)}:\n{body}"


def _parameters(contract: Contract) -> list[str]:
    """The parameters; optional tensors at the end have a default, since callers leave them out."""
    words = [f"{_name(a.name)}: {annotation(a)}" for a in contract.arguments]
    for place, argument in reversed(list(enumerate(contract.arguments))):
        if not isinstance(argument, TensorArgument) or not argument.optional:
            break
        words[place] += " = None"
    return words


def _result(contract: Contract) -> str:
    count = len(contract.returned)
    if count == 0:
        return "None"
    return "torch.Tensor" if count == 1 else f"tuple[{', '.join(['torch.Tensor'] * count)}]"


def _entries(entries: Iterable[tuple[str, str, str]]) -> list[str]:
    lines: list[str] = []
    for name, what, meaning in entries:
        lines += textwrap.wrap(
            f"{name}: {what}; {meaning}",
            WIDTH - 4,
            initial_indent="    ",
            subsequent_indent=" " * 8,
        )
    return lines


def _name(text: str) -> str:
    name = re.sub(r"\W", "_", text)
    return f"{name}_" if keyword.iskeyword(name) else name


def _upper(text: str) -> str:
    first = text[:1].upper() if text[1:2].isalpha() else text[:1]  # not a variable's name
    return first + text[1:].rstrip(".")
