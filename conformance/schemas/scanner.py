"""A text of a schema, read token by token."""

import re

_TOKEN = re.compile(
    r"""\s*(?:
    (?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    |(?P<number>-?\s*(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?j?))
    |(?P<word>[A-Za-z_][A-Za-z_0-9]*|\$\d+)
    |(?P<mark>->|::|\.\.\.|[()\[\]{},.:*=?!|+-])
    |(?P<end>\Z)
    )""",
    re.VERBOSE,
)
LONGEST = 1 << 16
"""Characters of the longest text that is read: torch's longest schema has about 2000."""


class SchemaTextError(ValueError):
    """A text that is no schema: what is wrong with it, and at which character."""


class Scanner:
    """What stands in a text from a position on.

    Raises :class:`SchemaTextError` for what no schema holds.
    """

    def __init__(self, text: str) -> None:
        if len(text) > LONGEST:
            raise SchemaTextError(f"this schema has more than {LONGEST} characters")
        self._text = text
        self._start = 0
        self._match = self._read(0)

    @property
    def kind(self) -> str:
        """``string``, ``number``, ``word``, ``mark`` or ``end``."""
        return str(self._match.lastgroup)

    @property
    def token(self) -> str:
        """The next token, as it stands there."""
        return self._match.group(self.kind)

    @property
    def position(self) -> int:
        """Where the next token begins."""
        return self._match.start(self.kind)

    def take(self) -> str:
        """The next token; the one behind it is the next from now on."""
        token = self.token
        self._start = self._match.end()
        self._match = self._read(self._start)
        return token

    def accept(self, token: str) -> bool:
        """Whether the next token is this one; it is taken then."""
        if self.kind not in ("mark", "word") or self.token != token:
            return False
        self.take()
        return True

    def expect(self, token: str) -> None:
        """Take this token, or raise."""
        if not self.accept(token):
            raise self.error(f"{token!r} expected")

    def word(self, what: str) -> str:
        """Take a name, or raise."""
        if self.kind != "word":
            raise self.error(f"{what} expected")
        return self.take()

    def error(self, what: str) -> SchemaTextError:
        """What to raise about the next token."""
        column = self._match.start(self.kind) + 1
        found = "the end" if self.kind == "end" else repr(self.token[:40])
        shown = self._text if len(self._text) <= 300 else f"{self._text[:300]}…"
        return SchemaTextError(f"character {column}: {what}, found {found}, in: {shown}")

    def _read(self, position: int) -> re.Match[str]:
        match = _TOKEN.match(self._text, position)
        if match is None:
            rest = self._text[position:].lstrip()
            column = len(self._text) - len(rest) + 1
            raise SchemaTextError(f"character {column}: no token of a schema: {rest[:40]!r}")
        return match
