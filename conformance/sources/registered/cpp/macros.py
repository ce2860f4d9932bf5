"""Macros that namespaces and names are made with: ``CONCAT(TORCH_EXTENSION_NAME, _cache_ops)``."""

from collections.abc import Mapping, Sequence

from conformance.sources.registered.cpp.tokens import Macro, Token

_DEEPEST = 16


def expanded(tokens: Sequence[Token], macros: Mapping[str, Macro], level: int = 0) -> list[Token]:
    """The tokens with known macros expanded; ``##`` and ``#`` are carried out."""
    found: list[Token] = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        macro = macros.get(token.text) if token.kind == "word" else None
        index += 1
        if macro is None or level > _DEEPEST:
            found.append(token)
            continue
        given: list[list[Token]] = []
        if macro.parameters is not None:
            if index >= len(tokens) or tokens[index].text != "(":
                found.append(token)
                continue
            given, index = arguments(tokens, index)
        inner = {name: macro for name, macro in macros.items() if name != token.text}
        found += expanded(_replaced(macro, given, macros, level), inner, level + 1)
    return found


def arguments(tokens: Sequence[Token], opening: int) -> tuple[list[list[Token]], int]:
    """The arguments in the brackets that open there, and the position behind them."""
    found: list[list[Token]] = [[]]
    depth, index = 0, opening
    while index < len(tokens):
        token = tokens[index]
        index += 1
        mark = token.text if token.kind == "other" else ""
        if mark in ("(", "[", "{"):
            depth += 1
            if depth == 1:
                continue
        elif mark in (")", "]", "}"):
            depth -= 1
            if depth == 0:
                break
        elif mark == "," and depth == 1:
            found.append([])
            continue
        found[-1].append(token)
    return ([] if found == [[]] else found), index


def _replaced(
    macro: Macro, given: list[list[Token]], macros: Mapping[str, Macro], level: int
) -> list[Token]:
    by_name = dict(zip(macro.parameters or (), given, strict=False))
    found: list[Token] = []
    body, index = macro.body, 0
    while index < len(body):
        token = body[index]
        index += 1
        if token.text == "#" and token.kind == "paste" and index < len(body):
            inside = "".join(part.text for part in by_name.get(body[index].text, [body[index]]))
            found.append(Token("string", inside, token.line))
            index += 1
        elif token.text == "##" and token.kind == "paste" and index < len(body):
            right = by_name.get(body[index].text, [body[index]])
            index += 1
            if not found:
                found += right
            elif right:
                left = found.pop()
                found.append(Token(left.kind, left.text + right[0].text, left.line))
                found += right[1:]
        elif token.kind == "word" and token.text in by_name:
            pasted = index < len(body) and body[index].text == "##"
            part = by_name[token.text]
            found += part if pasted else expanded(part, macros, level + 1)
        else:
            found.append(token)
    return found
