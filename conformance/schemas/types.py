"""Types of schemas, as texts: read, with what they say of memory, and compared.

The grammar is that of torch/csrc/jit/frontend/schema_type_parser.cpp.
"""

from dataclasses import dataclass

from conformance.schemas.scanner import Scanner

_SPELLED = {"SymInt": "int", "SymBool": "bool", "SymFloat": "float", "number": "Scalar"}
_SPELLED["None"] = "NoneType"
_DEEPEST = 32
"""Types inside types. Deeper ones are no schema of an operator."""


@dataclass(frozen=True)
class Annotation:
    """What a type says of memory: in which it lies before and after, and whether it is written.

    ``depth`` is 0 for what stands behind the innermost type, as in ``Tensor(a!)[]``, and 1 for a
    list of these, as in ``Tensor[](a!)``.
    """

    depth: int
    before: tuple[str, ...]
    after: tuple[str, ...]
    writes: bool


def read_type(scanner: Scanner, level: int = 0) -> tuple[str, tuple[Annotation, ...]]:
    """A type without annotations, and these. What tuples say of their parts is left out."""
    if level > _DEEPEST:
        raise scanner.error(f"a type that nests no deeper than {_DEEPEST} times expected")
    text = _innermost(scanner, level)
    annotations = _annotated(scanner, 0)
    depth = 0
    while scanner.token in ("[", "?") and scanner.kind == "mark":
        if scanner.accept("?"):
            text += "" if text.endswith("?") else "?"
            continue
        scanner.take()
        length = ""
        if scanner.kind == "number":
            length = scanner.token
            if not length.isdigit():
                raise scanner.error("a length expected")
            scanner.take()
        scanner.expect("]")
        text += f"[{int(length) if length else ''}]"
        depth += 1
        annotations += _annotated(scanner, depth)
    return text, annotations


def _innermost(scanner: Scanner, level: int) -> str:
    if scanner.accept("("):
        return _parts(scanner, level, "")
    name = scanner.word("a type")
    while scanner.accept("."):
        name += f".{scanner.word('the name of a class')}"
    if name in ("Dict", "Future", "RRef", "Await", "Union", "Tuple") and scanner.accept("("):
        return _parts(scanner, level, name)
    return _SPELLED.get(name, name)


def _parts(scanner: Scanner, level: int, name: str) -> str:
    parts: list[str] = []
    while not scanner.accept(")"):
        if parts:
            scanner.expect(",")
        parts.append(read_type(scanner, level + 1)[0])
    if name == "Union":
        parts.sort()
    return f"{name}({', '.join(parts)})"


def _annotated(scanner: Scanner, depth: int) -> tuple[Annotation, ...]:
    place = scanner.position
    if scanner.accept("!"):
        # `Tensor!` is memory of its own that is written; no other argument names it.
        return (Annotation(depth, (f"!{place}",), (f"!{place}",), True),)
    if not scanner.accept("("):
        return ()
    before = _memory(scanner)
    writes = scanner.accept("!")
    after = before
    if scanner.accept("->") and scanner.token != ")":  # PyTorch prints `Tensor!` as `($0! -> )`
        after = _memory(scanner)
    scanner.expect(")")
    return (Annotation(depth, before, after, writes),)


def _memory(scanner: Scanner) -> tuple[str, ...]:
    if scanner.accept("*"):
        return ("*",)
    names = [scanner.word("the name of memory, or '*'")]
    while scanner.accept("|"):
        names.append(scanner.word("the name of memory"))
    return tuple(names)


def split_type(text: str) -> tuple[str, tuple[str, ...]]:
    """The innermost type, and what stands behind it: ``("int", ("[2]", "?"))`` for ``int[2]?``."""
    end = 0
    if text.endswith(("]", "?")):
        suffixes: list[str] = []
        rest = text
        while rest.endswith(("]", "?")):
            begin = rest.rindex("[") if rest.endswith("]") else len(rest) - 1
            suffixes.insert(0, rest[begin:])
            rest = rest[:begin]
        end = len(rest)
        return text[:end], tuple(suffixes)
    return text, ()


def accepts(wider: str, narrower: str, *, lists: bool = True) -> bool:
    """Whether whoever takes the first type takes every value of the second.

    The lattice is torch's (aten/src/ATen/core/jit_type.h), but that ``lists`` of what is narrower
    are taken too: a caller's list is a value, not a place that somebody else writes to.
    """
    if wider == narrower or wider == "Any":
        return True
    if wider.endswith("?"):
        inner = narrower[:-1] if narrower.endswith("?") else narrower
        return narrower == "NoneType" or accepts(wider[:-1], inner, lists=lists)
    if wider.endswith("]") and narrower.endswith("]"):
        wide, narrow = wider.rindex("["), narrower.rindex("[")
        same_length = wider[wide:] == narrower[narrow:]
        return lists and same_length and accepts(wider[:wide], narrower[:narrow])
    if wider.startswith("(") and narrower.startswith("("):
        wides, narrows = tuple_parts(wider), tuple_parts(narrower)
        return len(wides) == len(narrows) and all(
            accepts(one, other, lists=lists) for one, other in zip(wides, narrows, strict=True)
        )
    return wider == "Scalar" and narrower in ("int", "float", "complex")


def tuple_parts(text: str) -> list[str]:
    """The types in a tuple: ``["int", "Tensor"]`` for ``(int, Tensor)``."""
    parts, depth = [""], 0
    for letter in text[1:-1]:
        depth += (letter in "([") - (letter in ")]")
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts if part.strip()]
