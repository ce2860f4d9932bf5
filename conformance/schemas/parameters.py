"""Parameters of Python functions and kernels, as lines: ``x: Tensor``, ``*``, ``k: int = 1``."""

from collections.abc import Iterable, Sequence

from conformance.schemas.schema import Argument

_OPEN, _CLOSE = "([{", ")]}"


def parameter_texts(parameters: Iterable[Argument]) -> list[str]:
    """One line for each parameter; ``*`` stands before those that callers pass by name."""
    lines: list[str] = []
    by_name = False
    for parameter in parameters:
        collects = parameter.name.startswith("*")
        if parameter.keyword_only and not by_name and not collects:
            lines.append("*")
        by_name = by_name or parameter.keyword_only or collects
        lines.append(parameter_text(parameter))
    return lines


def parameter_text(parameter: Argument) -> str:
    """``k: int = 1``."""
    shown = f"{parameter.name}: {parameter.type}" if parameter.type else parameter.name
    return shown if parameter.default is None else f"{shown} = {parameter.default}"


def signature_text(parameters: Iterable[Argument], returns: str = "") -> str:
    """``(x: Tensor, *, k: int = 1) -> Tensor``, for messages."""
    shown = f"({', '.join(parameter_texts(parameters))})"
    return f"{shown} -> {returns}" if returns else shown


def parse_parameters(lines: Sequence[str]) -> tuple[Argument, ...]:
    """What :func:`parameter_texts` wrote. Raises ``ValueError`` for what is no such line."""
    parameters: list[Argument] = []
    by_name = False
    for line in lines:
        if line == "*":
            by_name = True
            continue
        declared, default = _split(line, " = ")
        name, type_ = _split(declared, ": ")
        if not name.lstrip("*").isidentifier() or len(name) - len(name.lstrip("*")) > 2:
            raise ValueError(f"no parameter: {line[:80]!r}")
        collects = name.startswith("*")
        parameters.append(Argument(name, type_ or "", default, by_name and not collects))
        by_name = by_name or collects
    return tuple(parameters)


def _split(text: str, mark: str) -> tuple[str, str | None]:
    """What stands before and behind the first mark that lies in no bracket and no string."""
    depth, quote, escaped = 0, "", False
    for place, letter in enumerate(text):
        if quote:
            if not escaped and letter == quote:
                quote = ""
            escaped = letter == "\\" and not escaped
        elif letter in "'\"":
            quote = letter
        elif letter in _OPEN or letter in _CLOSE:
            depth += 1 if letter in _OPEN else -1
        elif depth == 0 and text.startswith(mark, place):
            return text[:place], text[place + len(mark) :]
    return text, None
