"""C++ as tokens, each with its line and the preprocessor's conditions around it."""

import re
from dataclasses import dataclass, field

_TOKEN = re.compile(
    r"""(?P<space>\s+)
    |(?P<comment>//[^\n]*|/\*.*?\*/)
    |(?P<raw>(?:u8|[uUL])?R"(?P<mark>[^()\\\s]{0,16})\((?P<inside>.*?)\)(?P=mark)")
    |(?P<string>(?:u8|[uUL])?"(?:[^"\\\n]|\\.|\\\n)*")
    |(?P<char>'(?:[^'\\\n]|\\.)*')
    |(?P<word>[A-Za-z_]\w*)
    |(?P<number>\.?\d[\w.']*)
    |(?P<paste>\#\#?)
    |(?P<other>::|->|.)""",
    re.VERBOSE | re.DOTALL,
)
_DIRECTIVE = re.compile(r"[ \t]*#[ \t]*(\w+)[ \t]*((?:\\\r?\n|[^\n])*)")
_DEFINE = re.compile(r"(\w+)(\(([^)]*)\))?\s*(.*)", re.DOTALL)
_ESCAPE = re.compile(r"\\(\n|[0-7]{1,3}|x[0-9a-fA-F]+|.)", re.DOTALL)
_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "\n": ""}


@dataclass(frozen=True)
class Token:
    """``kind`` is ``word``, ``string`` (``text`` is its value), ``number``, ``char``, ``other``."""

    kind: str
    text: str
    line: int
    conditions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Macro:
    """``#define``; ``parameters`` is None for one without brackets."""

    parameters: tuple[str, ...] | None
    body: tuple[Token, ...]


@dataclass
class Tokens:
    """The tokens of a file, and the macros that it defines."""

    tokens: list[Token] = field(default_factory=list)
    macros: dict[str, Macro] = field(default_factory=dict)


def read_tokens(text: str) -> Tokens:
    """The tokens of a file. Both sides of a condition of the preprocessor are read."""
    found, position, line = Tokens(), 0, 1
    stack: list[list[str]] = []
    fresh = True  # whether only space stands before on this line
    while position < len(text):
        if fresh and (directive := _DIRECTIVE.match(text, position)):
            _directive(directive[1], directive[2], stack, found)
            line += directive[0].count("\n")
            position = directive.end()
            continue
        match = _TOKEN.match(text, position)
        if match is None:
            break
        position, piece = match.end(), match[0]
        made = _token(match, line, tuple(stack_text(stack)))
        line += piece.count("\n")
        if made is None:
            fresh = (fresh or "\n" in piece) if match["comment"] is None else fresh
            continue
        fresh = False
        found.tokens.append(made)
    return found


def stack_text(stack: list[list[str]]) -> list[str]:
    """The conditions that hold: of a branch, its own, and that those before it do not."""
    texts = []
    for branches in stack:
        *before, last = branches
        parts = [_denied(text) for text in before if text] + ([last] if last else [])
        texts.append(" && ".join(parts))
    return [text for text in texts if text]


def _denied(text: str) -> str:
    plain = text.removeprefix("!")
    return plain if re.fullmatch(r"!defined\(\w+\)", text) else f"!({text})"


def _token(match: re.Match[str], line: int, conditions: tuple[str, ...]) -> Token | None:
    if match["space"] is not None or match["comment"] is not None:
        return None
    if match["raw"] is not None:
        return Token("string", match["inside"], line, conditions)
    if match["string"] is not None:
        inside = match["string"].partition('"')[2][:-1]
        return Token("string", _ESCAPE.sub(_unescaped, inside), line, conditions)
    kind = next(k for k in ("word", "number", "char", "paste", "other") if match[k] is not None)
    return Token(kind, match[0], line, conditions)


def _unescaped(match: re.Match[str]) -> str:
    inside = match[1]
    if inside[0] in "01234567" and inside != "0":
        return chr(int(inside, 8))
    if inside[0] == "x" and len(inside) > 1:
        return chr(int(inside[1:], 16) & 0x10FFFF)
    return _LETTERS.get(inside, inside)


def _directive(name: str, rest: str, stack: list[list[str]], found: Tokens) -> None:
    plain = " ".join(re.sub(r"\\\r?\n", " ", re.sub(r"//.*|/\*.*?\*/", "", rest)).split())
    match name:
        case "ifdef":
            stack.append([f"defined({plain})"])
        case "ifndef":
            stack.append([f"!defined({plain})"])
        case "if":
            stack.append([plain])
        case "elif" if stack:
            stack[-1].append(plain)
        case "else" if stack:
            stack[-1].append("")
        case "endif" if stack:
            stack.pop()
        case "define":
            _define(re.sub(r"\\\r?\n", " ", rest), found)


def _define(rest: str, found: Tokens) -> None:
    if not (match := _DEFINE.match(rest.strip())):
        return
    # The bracket of parameters stands directly behind the name.
    parameters, body = match[3], match[4]
    names = None if match[2] is None else tuple(p.strip() for p in parameters.split(",") if p)
    found.macros[match[1]] = Macro(names, tuple(read_body(body)))


def read_body(text: str) -> list[Token]:
    """The tokens of a macro's body, in which ``#`` begins no directive."""
    made = (_token(match, 0, ()) for match in _TOKEN.finditer(text))
    return [token for token in made if token is not None]
