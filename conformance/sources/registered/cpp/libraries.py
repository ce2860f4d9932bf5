"""``TORCH_LIBRARY(ns, m) { m.def("schema"); }`` and its relatives: definitions and kernels."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from conformance.sources.registered.cpp.macros import arguments, expanded
from conformance.sources.registered.cpp.tokens import Macro, Token
from conformance.sources.registered.found import Found

_BLOCK = re.compile(r"(?:STABLE_)?TORCH_LIBRARY(?:_[A-Z_]*)?")
_SCHEMA_WRAPPERS = {"TORCH_SELECTIVE_SCHEMA", "TORCH_SELECTIVE_NAME", "schema"}
_IMPLICIT = "CompositeImplicitAutograd"
_NAMELESS = {"TORCH_EXTENSION_NAME"}
"""Macros that the build defines."""


@dataclass(frozen=True)
class Block:
    """One block of registrations; ``key`` is empty for one that defines."""

    namespace: str
    key: str
    variable: str
    body: tuple[Token, ...]
    line: int


def read_libraries(
    path: str, tokens: Sequence[Token], macros: Mapping[str, Macro], found: Found
) -> None:
    """Keep everything that a file registers; what cannot be read goes to ``unresolved``."""
    for block in _blocks(path, tokens, macros, found):
        for method, call in _calls(block):
            place = f"{path}:{call[0].line}"
            given, _ = arguments(call, 1)
            condition = " && ".join(dict.fromkeys(call[0].conditions))
            if method == "def":
                _define(block, given, macros, place, condition, found)
            else:
                _implement(block, given, macros, place, found)


def _blocks(
    path: str, tokens: Sequence[Token], macros: Mapping[str, Macro], found: Found
) -> Iterator[Block]:
    index = 0
    while index < len(tokens):
        token = tokens[index]
        index += 1
        if token.kind != "word" or not _BLOCK.fullmatch(token.text):
            continue
        if index >= len(tokens) or tokens[index].text != "(":
            continue
        given, after = arguments(tokens, index)
        if after >= len(tokens) or tokens[after].text != "{":
            continue
        end = _closing(tokens, after)
        index = end
        place = f"{path}:{token.line}"
        wanted = 3 if "_IMPL" in token.text else 2
        if len(given) < wanted:
            found.give_up(place, f"{token.text} with {len(given)} arguments")
            continue
        namespace = "".join(part.text for part in expanded(given[0], macros))
        if namespace in macros or any(name in namespace for name in _NAMELESS):
            found.give_up(place, f"the namespace {namespace} is made by the build")
            continue
        key = _text(given[1]) if wanted == 3 else ""
        yield Block(
            *(namespace, key, given[wanted - 1][-1].text),
            tuple(tokens[after + 1 : end - 1]),
            token.line,
        )


def _closing(tokens: Sequence[Token], opening: int) -> int:
    """The position behind the brace that closes what opens there."""
    depth = 0
    for index in range(opening, len(tokens)):
        if tokens[index].kind == "other":
            depth += (tokens[index].text == "{") - (tokens[index].text == "}")
            if depth == 0:
                return index + 1
    return len(tokens)


def _calls(block: Block) -> Iterator[tuple[str, tuple[Token, ...]]]:
    """``def`` or ``impl`` with the tokens from the method's name on."""
    body = block.body
    for index in range(1, len(body) - 1):
        name = body[index]
        if name.text not in ("def", "impl") or body[index + 1].text != "(":
            continue
        before = body[index - 1].text
        chained = index > 1 and before == "." and body[index - 2].text == ")"
        if before == "." and (chained or body[index - 2].text == block.variable):
            yield name.text, body[index:]


def _define(
    block: Block,
    given: list[list[Token]],
    macros: Mapping[str, Macro],
    place: str,
    condition: str,
    found: Found,
) -> None:
    text = _string(given[0], macros) if given else None
    if text is None:
        shown = " ".join(part.text for part in given[0]) if given else "nothing"
        found.give_up(place, f"{block.namespace}: a schema that is no text: {shown}")
        return
    full = text if "::" in text.partition("(")[0] else f"{block.namespace}::{text.strip()}"
    name = full.partition("(")[0].strip()
    if "(" not in full:
        found.give_up(place, f"{name}: its schema is that of a C++ function", block.namespace)
        _implement(block, [given[0], *given[1:]], macros, place, found)
        return
    tags = [part.text for argument in given[1:] for part in _tags(argument)]
    found.define(name, full, place, tags, condition)
    if any(_is_function(argument) for argument in given[1:]):
        found.implement(name, _IMPLICIT, place)


def _implement(
    block: Block,
    given: list[list[Token]],
    macros: Mapping[str, Macro],
    place: str,
    found: Found,
) -> None:
    name = _string(given[0], macros) if given else None
    if name is None:
        found.give_up(place, f"{block.namespace}: a kernel whose operator is no text")
        return
    key = next((k for argument in given[1:] if (k := _dispatch_key(argument))), "")
    full = name if "::" in name else f"{block.namespace}::{name}"
    found.implement(full, key or block.key or _IMPLICIT, place)


def _string(tokens: Sequence[Token], macros: Mapping[str, Macro]) -> str | None:
    """The text of adjacent strings, some of which macros may stand for; None if it is none."""
    if len(tokens) > 2 and tokens[-1].text == ")":
        opening = next((i for i, token in enumerate(tokens) if token.text == "("), 0)
        if opening and tokens[opening - 1].text in _SCHEMA_WRAPPERS:
            inside, _ = arguments(tokens, opening)
            return _string(inside[0], macros) if inside else None
    parts = expanded(tokens, macros)
    if not parts or any(part.kind != "string" for part in parts):
        return None
    return "".join(part.text for part in parts)


def _text(tokens: Sequence[Token]) -> str:
    return "".join(part.text for part in tokens)


def _tags(tokens: Sequence[Token]) -> Iterator[Token]:
    for index, token in enumerate(tokens):
        if index > 1 and tokens[index - 2].text == "Tag" and tokens[index - 1].text == "::":
            yield token


def _dispatch_key(tokens: Sequence[Token]) -> str:
    """``CUDA`` of ``torch::kCUDA`` and ``c10::DispatchKey::CUDA``."""
    words = [token.text for token in tokens]
    if len(words) >= 3 and words[-3:-1] == ["DispatchKey", "::"]:
        return words[-1]
    if words and re.fullmatch(r"k[A-Z]\w*", words[-1]) and words[0] in ("torch", "at", "c10"):
        return words[-1][1:]
    return ""


def _is_function(tokens: Sequence[Token]) -> bool:
    return bool(tokens) and (tokens[0].text == "&" or tokens[0].text in ("TORCH_BOX", "TORCH_FN"))
