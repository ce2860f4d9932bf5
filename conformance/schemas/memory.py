"""The names that schemas give to memory, in the form that locks keep.

``Argument.alias`` and ``Result.alias`` hold one annotation, or several with a space between them
and the mark ``!`` in each. ``[]`` before one says that it is of the list and not of its elements.
"""

from collections.abc import Sequence
from dataclasses import replace

from conformance.schemas.scanner import Scanner
from conformance.schemas.types import Annotation, read_type, split_type


class Letters:
    """Names of memory in the order in which they are first asked for: a, b, …, z, a1, …"""

    def __init__(self) -> None:
        self._given: dict[str, str] = {}

    def of(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """The letters for these names; ``*`` stays."""
        return tuple(sorted({self._letter(name) for name in names}))

    def _letter(self, name: str) -> str:
        if name == "*":
            return name
        number = len(self._given)
        letter = chr(ord("a") + number % 26) + (str(number // 26) if number >= 26 else "")
        return self._given.setdefault(name, letter)

    def annotations(self, given: Sequence[Annotation]) -> tuple[Annotation, ...]:
        """The same annotations with letters."""
        return tuple(replace(a, before=self.of(a.before), after=self.of(a.after)) for a in given)


def alias_text(annotations: Sequence[Annotation]) -> tuple[str | None, bool]:
    """What ``Argument.alias`` and ``Argument.writes`` say for these annotations."""
    writes = any(annotation.writes for annotation in annotations)
    if not annotations:
        return None, False
    if len(annotations) == 1:
        return _text(replace(annotations[0], writes=False)), writes
    return " ".join(_text(annotation).replace(" ", "") for annotation in annotations), writes


def annotated(type_: str, alias: str | None, writes: bool) -> str:
    """The type with its annotations, as PyTorch writes it."""
    if alias is None:
        return type_
    texts = [alias] if " -> " in alias else alias.split(" ")
    found: dict[int, str] = {}
    for text in texts:
        depth = text.count("[]")
        annotation = _parsed(text.replace("[]", ""))
        if len(texts) == 1:
            annotation = replace(annotation, writes=writes)
        found[depth] = f"({_text(annotation)})"
    innermost, suffixes = split_type(type_)
    shown, depth = innermost + found.get(0, ""), 0
    for suffix in suffixes:
        shown += suffix
        if suffix != "?":
            depth += 1
            shown += found.get(depth, "")
    return shown


def _parsed(text: str) -> Annotation:
    return read_type(Scanner(f"Tensor({text})"))[1][0]


def _text(annotation: Annotation) -> str:
    shown = "[]" * annotation.depth + "|".join(annotation.before)
    shown += "!" if annotation.writes else ""
    if annotation.after != annotation.before:
        shown += f" -> {'|'.join(annotation.after)}"
    return shown
