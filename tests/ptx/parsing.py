"""The text of a kernel, as instructions."""

import re

Operand = str | list[str]
"""A register, a number or an address; several of them in braces."""


def parsed(text: str) -> list[tuple[str, str, list[Operand]]]:
    """(guard, instruction, operands) of the only function, in order."""
    body = text[text.index("{", text.index(".entry")) + 1 : text.rindex("ret;")]
    body = re.sub(r"//[^\n]*|\.loc[^\n]*|\$L\w+:|\.reg[^;]*;", "", body)
    found = []
    for statement in filter(None, map(str.strip, body.split(";"))):
        guard = ""
        if statement.startswith("@"):
            guard, statement = statement.split(None, 1)
        name, *rest = statement.split(None, 1)
        operands = re.findall(r"\{[^}]*\}|\[[^]]*\]|[^,{}\[\]\s]+", "".join(rest))
        found.append((guard, name, [_operand(each) for each in operands]))
    return found


def _operand(text: str) -> Operand:
    return [each.strip() for each in text[1:-1].split(",")] if text.startswith("{") else text
