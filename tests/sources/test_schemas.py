"""Registrations are read as they are written."""

import pytest

from conformance.sources.reading.registrations import read_schemas
from conformance.sources.reading.schema import ParameterKind
from conformance.sources.reading.schema_text import parse_schema

from .package import sources

TEXT = """
import torch
from torch.library import register_fake, triton_op

NAME = "space::b"

@triton_op("space::a", mutates_args=())
def a(x: torch.Tensor, /, y: torch.Tensor | None = None, *, n: int = 1) -> torch.Tensor:
    return x

@register_fake("space::a")
def _(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return x

@torch.library.custom_op(NAME, mutates_args=["y"])
def b(y: torch.Tensor) -> None: ...

@b.register_fake
def b_fake(z): ...

library = torch.library.Library("space", "DEF")
library.define("c(Tensor(a!) x, int[] sizes=[1, 2], *, float? p=None) -> (Tensor, Tensor)")
torch.library.define("space::d", "(Tensor x) -> Tensor")

def register(name):
    @torch.library.custom_op(name, mutates_args=())
    def e(x): ...
"""


def test_registrations_of_all_kinds_are_read(tmp_path):
    found = read_schemas(sources(tmp_path, a=TEXT))
    assert list(found.real) == ["space::a", "space::b", "space::c", "space::d"]
    a, b, c = (found.real[f"space::{name}"] for name in "abc")
    assert [str(p) for p in a.parameters] == [
        "x: torch.Tensor",
        "y: torch.Tensor | None = None",
        "n: int = 1",
    ]
    assert [p.kind for p in a.parameters] == [
        ParameterKind.POSITIONAL,
        ParameterKind.EITHER,
        ParameterKind.KEYWORD,
    ]
    assert (a.returns, a.mutates, a.place) == ("torch.Tensor", (), "toy/a.py:8")
    assert b.mutates == ("y",) and c.mutates == ("x",)
    assert [p.name for p in found.fake["space::a"].parameters] == ["x", "y"]
    assert [p.name for p in found.fake["space::b"].parameters] == ["z"]


def test_a_registration_without_constant_name_is_said(tmp_path):
    (text,) = read_schemas(sources(tmp_path, a=TEXT)).unresolved
    assert text == "toy/a.py:26: torch.library.custom_op(name, mutates_args=())"


def test_a_second_registration_is_kept_apart(tmp_path):
    text = """
    import torch
    @torch.library.custom_op("space::a", mutates_args=())
    def a(x): ...
    """
    found = read_schemas(sources(tmp_path, a=text, b=text))
    assert found.real["space::a"].file == "toy/a.py"
    assert [schema.file for schema in found.duplicates] == ["toy/b.py"]


def test_a_schema_text_is_taken_apart():
    schema = parse_schema("s", "f.out(Tensor x, Tensor(a!)[] y, *, str m='a, b') -> Tensor(a!)")
    assert schema.name == "s::f.out" and schema.mutates == ("y",)
    assert [(p.name, p.type, p.default) for p in schema.parameters][:2] == [
        ("x", "Tensor", None),
        ("y", "Tensor[]", None),
    ]
    assert (schema.parameters[2].default, schema.parameters[2].kind) == (
        "'a, b'",
        ParameterKind.KEYWORD,
    )


@pytest.mark.parametrize("text", ["f(Tensor x)", "(Tensor x) -> Tensor", "f(Tensor) -> Tensor"])
def test_what_is_no_schema_is_refused(text):
    with pytest.raises(ValueError, match="schema: got"):
        parse_schema("s", text)
