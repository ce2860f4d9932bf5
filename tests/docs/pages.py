"""The pages of the site as they are written or generated, and what a reader would do with them."""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
sys.path.append(str(DOCS / "hooks"))

import entry  # noqa: E402
import needs  # noqa: E402


@dataclass(frozen=True)
class Written:
    """A file that the page shows: ``title="my_norm.py"``."""

    path: str
    text: str


@dataclass(frozen=True)
class Changed:
    """A change of a file that the page shows, as a block ``diff`` with a title."""

    path: str
    before: str
    after: str


@dataclass(frozen=True)
class Command:
    """A command behind ``$``, what is shown of its output, and its exit code."""

    text: str
    shown: tuple[str, ...]
    code: int


Step = Written | Changed | Command

_FENCE = re.compile(
    r"(?:^<!-- (?P<mark>[^\n]*) -->\n)?^```(?P<language>\w*)(?: title=\"(?P<title>[^\"]+)\")?\n"
    r"(?P<body>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


@lru_cache(maxsize=1)
def pages() -> dict[str, str]:
    """Every page by its path, and the README."""
    written = {str(p.relative_to(DOCS)): p.read_text() for p in sorted(DOCS.rglob("*.md"))}
    return {**written, **entry.generated(), "README.md": (ROOT / "README.md").read_text()}


def steps(page: str) -> Iterator[Step]:
    """What a reader of the page does, in order; what no test runs is left out."""
    for found in _FENCE.finditer(page):
        mark, language, title, body = found.group("mark", "language", "title", "body")
        if mark and mark.startswith("needs: "):
            assert mark.removeprefix("needs: ") in needs.REASONS, mark
            continue
        if language == "diff" and title:
            lines = body.splitlines(keepends=True)
            yield Changed(
                title,
                "".join(line[1:] for line in lines if line[0] in "- "),
                "".join(line[1:] for line in lines if line[0] in "+ "),
            )
        elif title:
            yield Written(title, body)
        elif language == "console":
            yield from _commands(body, int((mark or "exit: 0").removeprefix("exit: ")))


def _commands(body: str, code: int) -> Iterator[Command]:
    text, shown = "", []
    for line in body.splitlines():
        if line.startswith("$ "):
            if text:
                yield Command(text, tuple(shown), 0)
            text, shown = line[2:], []
        else:
            shown.append(line)
    yield Command(text, tuple(shown), code)


def blocks(page: str) -> Iterator[tuple[str, str, str]]:
    """Language, mark and body of every block."""
    for found in _FENCE.finditer(page):
        yield found["language"], found["mark"] or "", found["body"]


def inline_commands(page: str) -> Iterator[str]:
    """Commands of the suite within sentences."""
    without = _FENCE.sub("", page)
    for found in re.finditer(r"(?<!`)`(conformance [^`\n]+)`", without):
        yield found[1]
