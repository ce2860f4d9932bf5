"""The templates that ship with the suite, and their files with a name filled in."""

import ast
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from string import Template as Text

from conformance.policy.nearest import did_you_mean
from conformance.version import VERSION

OPERATORS = ("norm", "select", "cache")
"""The templates of operators, the default first: a folder of data files each."""
SHARED = "shared"
"""The folder of files that are the same for every operator."""
CONFIGURATION, TOX = "conformance.toml", "tox.ini"
WORKFLOW = ".github/workflows/conformance.yaml"
"""Paths of the files that a folder has once."""
_MARK = "name_of_the_operator"


@dataclass(frozen=True)
class Template:
    """An operator to begin with. ``summary`` says what it does, on one line."""

    name: str
    summary: str


def templates() -> tuple[Template, ...]:
    """Every template, the default first."""
    return tuple(Template(name, _about(name)["summary"]) for name in OPERATORS)


def find_template(name: str) -> Template:
    """The template of this name. Raises ``ValueError`` naming the known ones and the nearest."""
    for template in templates():
        if template.name == name:
            return template
    hint = did_you_mean(name, OPERATORS)
    raise ValueError(f"no template {name!r}; known: {', '.join(OPERATORS)}{hint}")


def of_operator(template: str, name: str) -> dict[str, str]:
    """The files of an operator called ``name``, by their paths: contract, kernel and test."""
    return {
        f"{name}_contract.py": _rendered(template, "contract.py", name),
        f"{name}.py": _rendered(template, "kernel.py", name),
        f"test_{name}.py": _rendered(SHARED, "test.py", name),
    }


def shared(name: str) -> dict[str, str]:
    """The files that a folder has once, by their paths, as the first operator needs them."""
    return {
        CONFIGURATION: _rendered(SHARED, CONFIGURATION, name),
        TOX: _rendered(SHARED, TOX, name),
        WORKFLOW: _rendered(SHARED, "workflow.yaml", name),
    }


def names_used(template: str) -> frozenset[str]:
    """The names that the Python files of a template use, whatever the operator is called."""
    nodes = [
        node for text in of_operator(template, _MARK).values() for node in ast.walk(ast.parse(text))
    ]
    found = {node.id for node in nodes if isinstance(node, ast.Name)}
    found |= {node.arg for node in nodes if isinstance(node, ast.arg)}
    found |= {node.name for node in nodes if isinstance(node, ast.alias | ast.FunctionDef)}
    return frozenset(found - {_MARK})


def _rendered(folder: str, file: str, name: str) -> str:
    return Text(_data(folder, f"{file}.template")).substitute(name=name, version=VERSION)


def _about(template: str) -> dict[str, str]:
    return tomllib.loads(_data(template, "about.toml"))


def _data(folder: str, file: str) -> str:
    return files("conformance.templates").joinpath(folder, file).read_text(encoding="utf-8")
