"""What the checks ask, read from their files by syntax: nothing of theirs is imported."""

import ast
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

FILES = (
    "numeric.values",
    "numeric.state",
    "numeric.dtypes",
    "numeric.ties",
    "numeric.special",
    "numeric.positions",
    "numeric.variants",
    "memory.undefined",
    "numeric.sequence",
    "memory.layout",
    "numeric.arguments",
    "memory.bounds",
    "memory.poison",
    "memory.purity",
    "numeric.reuse",
    "numeric.repetition",
    "numeric.sizes",
    "building.builds",
)
"""The files of the checks, in the order in which checks run: cheap and telling ones first.

The last one looks at what all the others launched.
"""


@dataclass(frozen=True)
class Listed:
    """A check as far as a reader is concerned. ``explanation`` is the docstring of its file."""

    id: str
    question: str
    explanation: str


@lru_cache(maxsize=1)
def listed() -> tuple[Listed, ...]:
    """Every check, in the order in which they run."""
    folder = Path(__file__).parent
    return tuple(_read(folder.joinpath(*name.split(".")).with_suffix(".py")) for name in FILES)


def find_listed(name: str) -> Listed:
    """The check with this id. Raises ``KeyError`` naming the known ones."""
    for check in listed():
        if check.id == name:
            return check
    raise KeyError(no_such_check(name))


def no_such_check(name: str) -> str:
    """What is said of an id that no check has."""
    return f"no check {name!r}; known: {', '.join(check.id for check in listed())}"


def _read(path: Path) -> Listed:
    """``CHECK = Check("id", "question", …)`` of a file. Raises ``ValueError`` if it has none."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in tree.body:
        match node:
            case ast.Assign(
                targets=[ast.Name("CHECK")], value=ast.Call(args=[identity, question, *_])
            ):
                explanation = ast.get_docstring(tree, clean=False) or ""
                id_, text = ast.literal_eval(identity), ast.literal_eval(question)
                return Listed(id_, text, explanation.strip())
    raise ValueError(f"{path} holds no CHECK = Check(id, question, …)")
