"""The reference of the language of contracts, from the docstrings of its dataclasses."""

import ast
import html
import inspect
import textwrap
from collections.abc import Iterator

from texts import markdown, one_line

from conformance import contract
from conformance.contract.arguments.integers import INTEGER_WORDS, PADDING_WORDS
from conformance.inputs.patterns import PATTERNS
from conformance.inputs.selection_patterns import SELECTION_PATTERNS

GROUPS = {
    "The contract": ("Contract", "Answer"),
    "Axes": ("Axis", "LeadingAxes", "Expression"),
    "Arguments": (
        "TensorArgument", "SizeArgument", "FloatArgument", "FlagArgument", "WordArgument",
        "Integers", "Role",
    ),
    "Outputs": ("Output", "Budget", "Derived", "Selection"),
    "Calls with a scene": ("Choice", "Situation", "Scene"),
    "Sizes of models, and layouts": ("Grid", "ReleasedShape", "Layout", "Placement"),
    "Who implements it": (
        "Operator", "Release", "Promise", "Aspect", "Constant", "Mode", "Setting", "Imported",
    ),
    "How long it takes": ("Measured", "Peer", "Tuning"),
}  # fmt: skip
"""The classes of ``conformance.contract``, in the order in which they are needed."""

_HEAD = """# The language of contracts

Everything here is imported from `conformance.contract`. All of it is data: frozen dataclasses, and
functions that you write. A mistake is told when the contract is made or loaded, with the field and
the way to mend it, before any kernel is asked.

"""


def page() -> str:
    """The page."""
    lines = [_HEAD]
    for group, names in GROUPS.items():
        lines.append(f"## {group}\n")
        for name in names:
            lines += _class(getattr(contract, name))
    lines += _patterns()
    return "\n".join(lines) + "\n"


def _class(cls: type) -> list[str]:
    lines = [f"### `{cls.__name__}`\n", markdown(cls.__doc__), ""]
    rows = list(_fields(cls))
    if rows:
        lines += ["| field | type | default | meaning |", "| --- | --- | --- | --- |"]
        lines += [
            f"| `{name}` | {kind} | {default} | {meaning} |"
            for name, kind, default, meaning in rows
        ]
    return [*lines, ""]


def _fields(cls: type) -> Iterator[tuple[str, str, str, str]]:
    """Name, type, default and docstring of each field, as they are written."""
    body = ast.parse(textwrap.dedent(inspect.getsource(cls))).body[0].body
    for node, behind in zip(body, [*body[1:], None], strict=True):
        meaning = ""
        if isinstance(behind, ast.Expr) and isinstance(behind.value, ast.Constant):
            meaning = one_line(str(behind.value.value))
        if isinstance(node, ast.AnnAssign):
            default = "" if node.value is None else _code(node.value)
            yield ast.unparse(node.target), _code(node.annotation), default, meaning
        elif isinstance(node, ast.Assign) and len(node.targets) == 1:  # of an enumeration
            yield ast.unparse(node.targets[0]), "", _code(node.value), meaning


def _code(node: ast.expr) -> str:
    text = ast.unparse(node)
    text = {"field(default_factory=dict)": "{}"}.get(text, text)
    # In a cell of a table a bar ends the cell, also within code.
    return f"<code>{html.escape(text)}</code>".replace("|", "&#124;")


def _patterns() -> list[str]:
    def names(words):
        return ", ".join(f"`{word}`" for word in words)

    return [
        "## Patterns\n",
        "A pattern says what a tensor is filled with: in `values`, which is the usual one, and in "
        "`stress`, which the check `special` puts into it. `patterns` of a contract adds others.\n",
        f"For floats: {names(PATTERNS)}.\n",
        f"For floats that something is selected from, also: {names(SELECTION_PATTERNS)}.\n",
        f"For integers: {names(INTEGER_WORDS)}. Where a number stands for nothing "
        f"(`Integers(padding=-1)`), also: {names(PADDING_WORDS)}.",
    ]
