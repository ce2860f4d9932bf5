"""The text of a schema is read and written as PyTorch reads and writes it."""

import ast
from typing import Any

import pytest
import torch

from conformance.schemas.scanner import SchemaTextError
from conformance.schemas.schema import Argument, Result, Schema
from conformance.schemas.text import parse_schema, schema_text

NEITHER_OF_TORCH = ("AnyClassType", "PyObject")
"""Types that torch prints and does not read."""


FORMATS = {"contiguous_format": "0"}
"""What torch holds as a number and we by name."""


def registered() -> list[Any]:
    """Every schema that torch itself has registered."""
    return list(torch._C._jit_get_all_schemas())


def as_torch_sees(schema: Any) -> tuple[Any, ...]:
    """What torch knows of a schema, with names of memory in the order of the arguments."""
    letters: dict[str, str] = {}

    def memory(names: Any) -> list[str]:
        # Sets have no order: a new name in a set of two gets its place from the one that is known.
        ordered = sorted(names, key=lambda name: (name not in letters, name))
        return sorted(letters.setdefault(name, str(len(letters))) for name in ordered)

    def place(argument: Any) -> tuple[Any, ...]:
        alias = argument.alias_info
        said = alias and (alias.is_write, memory(alias.before_set), memory(alias.after_set))
        default = repr(argument.default_value) if argument.has_default_value() else None
        return argument.name, str(argument.real_type), argument.N, default, said

    arguments = [(place(each), each.kwarg_only) for each in schema.arguments]
    return schema.name, schema.overload_name, arguments, [place(each) for each in schema.returns]


def test_every_schema_that_torch_has_registered_is_read_and_written_without_loss():
    seen = 0
    for schema in registered():
        if any(type_ in str(schema) for type_ in NEITHER_OF_TORCH):
            continue
        written = schema_text(parse_schema(str(schema)))
        again = torch._C.parse_schema(written)
        assert as_torch_sees(again) == as_torch_sees(without_symbols(schema)), str(schema)
        seen += 1
    assert seen > 3000


def without_symbols(schema: Any) -> Any:
    return torch._C.parse_schema(str(schema).replace("SymInt", "int").replace("SymBool", "bool"))


def test_names_defaults_and_writes_are_those_that_torch_tells():
    for schema in registered():
        read = parse_schema(str(schema))
        assert [each.name for each in read.arguments] == [each.name for each in schema.arguments]
        for ours, theirs in zip(read.arguments, schema.arguments, strict=True):
            alias = theirs.alias_info
            assert ours.keyword_only == theirs.kwarg_only
            assert ours.writes == bool(alias and alias.is_write), str(schema)
            assert (ours.alias is None) == (alias is None), str(schema)
            assert (ours.default is None) == (not theirs.has_default_value())
            if isinstance(theirs.default_value, (int, float, str, list)):
                assert (
                    ast.literal_eval(FORMATS.get(ours.default, ours.default))
                    == theirs.default_value
                ), str(schema)


def test_what_is_written_is_read_as_the_same_schema():
    for schema in registered():
        read = parse_schema(str(schema))
        assert parse_schema(schema_text(read)) == read


def test_a_schema_with_everything():
    text = (
        "ns::op.out(Tensor(x!) a, Tensor?[] b, SymInt[2] c=1, float d=1e-5, *, Tensor(y -> *) e, "
        'str f="a\\"b", MemoryFormat? g=contiguous_format, Scalar h=1., int[] i=[0,1], '
        "Tensor(x)[] j) -> (Tensor(x!) first, Tensor(y)[] second)"
    )
    assert parse_schema(text) == Schema(
        "ns::op",
        (
            Argument("a", "Tensor", alias="a", writes=True),
            Argument("b", "Tensor?[]"),
            Argument("c", "int[2]", "[1, 1]"),
            Argument("d", "float", "1e-05"),
            Argument("e", "Tensor", keyword_only=True, alias="b -> *"),
            Argument("f", "str", '"a\\"b"', keyword_only=True),
            Argument("g", "MemoryFormat?", "contiguous_format", keyword_only=True),
            Argument("h", "Scalar", "1.0", keyword_only=True),
            Argument("i", "int[]", "[0, 1]", keyword_only=True),
            Argument("j", "Tensor[]", keyword_only=True, alias="a"),
        ),
        (
            Result("Tensor", "first", alias="a", writes=True),
            Result("Tensor[]", "second", alias="b"),
        ),
        overload="out",
    )


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("ns::op() -> ()", "ns::op() -> ()"),
        ("ns::op(Tensor[](a!) x) -> int", "ns::op(Tensor[](a!) x) -> int"),
        ("ns::op(Tensor(a!)[]? x) -> int", "ns::op(Tensor(a!)[]? x) -> int"),
        ("ns::op(Tensor(a)[](b!) x) -> int", "ns::op(Tensor(a)[](b!) x) -> int"),
        ("ns::op(Tensor(z! -> y|z) x) -> ...", "ns::op(Tensor(a! -> a|b) x) -> ..."),
        ("ns::op(Tensor(*) x, ...) -> (int, ...)", "ns::op(Tensor(*) x, ...) -> (int, ...)"),
        ("ns::op(int x) -> ((int, int))", "ns::op(int x) -> ((int, int))"),
        ("ns::op(SymInt[]? x=None) -> (Tensor)", "ns::op(int[]? x=None) -> Tensor"),
        ("ns::op(float x=inf, float y=-inf) -> ()", "ns::op(float x=inf, float y=-inf) -> ()"),
        (
            "ns::op(int x=- 3, float y=2, int z=0x10)->()",
            "ns::op(int x=-3, float y=2.0, int z=16) -> ()",
        ),
        ("ns::op(ScalarType x=long, int y=Mean) -> ()", "ns::op(ScalarType x=4, int y=1) -> ()"),
        (
            'ns::op(complex x=1j, Device d="cuda:0") -> ()',
            'ns::op(complex x=1j, Device d="cuda:0") -> ()',
        ),
        ("ns::op(Device d=cuda:0) -> ()", 'ns::op(Device d="cuda:0") -> ()'),
        (
            "ns::op(__torch__.torch.classes.a.B x) -> t",
            "ns::op(__torch__.torch.classes.a.B x) -> t",
        ),
    ],
)
def test_spellings_have_one_form(text: str, written: str):
    assert schema_text(parse_schema(text)) == written


def test_schemas_that_differ_in_letters_only_are_equal():
    one = parse_schema("ns::op(Tensor(b!) x, Tensor(a) y) -> Tensor(a)")
    assert one == parse_schema("ns::op(Tensor(z!) x, Tensor(k) y) -> Tensor(k)")
    assert one != parse_schema("ns::op(Tensor(z!) x, Tensor(k) y) -> Tensor(z)")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "character 1: the name of an operator expected, found the end"),
        ("ns::op(int) -> int", "character 11: the name of an argument expected, found ')'"),
        ("ns::op(int x) -> ", "a type expected, found the end"),
        ("ns::op(int x)", "'->' expected"),
        ("ns::op(int x=) -> int", "character 14: a default expected"),
        ("ns::op(int x,) -> int", "a type expected, found ')'"),
        ("ns::op(int x=maybe) -> int", "'maybe' is no default"),
        ("ns::op(int[x] x) -> int", "']' expected"),
        ("ns::op(Tensor(!) x) -> int", "the name of memory"),
        ("ns::op.default(int x) -> int", "not named 'default'"),
        ("ns::op(int x) -> int int int", "the end expected"),
        ("ns::op(int x) -> int;", "no token of a schema"),
        ("ns::op(" + "(" * 100 + "int" + ")" * 100 + " x) -> int", "nests no deeper"),
        ("ns::op(int x) -> int" + " " * (1 << 17), "more than 65536 characters"),
    ],
)
def test_what_is_no_schema_is_told_with_its_place(text: str, complaint: str):
    with pytest.raises(SchemaTextError) as raised:
        parse_schema(text)
    assert complaint in str(raised.value)
