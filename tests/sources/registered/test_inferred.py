"""Schemas from annotations are those that torch.library.infer_schema gives."""

import textwrap
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.schemas.text import parse_schema
from conformance.sources.registered.read import lock_of_source

HEAD = """
import collections.abc
import typing
from typing import List, Optional, Sequence, Tuple, Union
import torch
from torch import Tensor
from torch.types import Number
Alias = Optional[torch.Tensor]
CONSTANT = 7
"""
TENSORS = ["torch.Tensor", "Tensor", "'torch.Tensor'", "Optional[Tensor]", "Tensor | None", "Alias",
           "'Optional[Tensor]'", "list[Tensor]", "List[Tensor]", "Sequence[Tensor]",
           "List[Optional[Tensor]]", "collections.abc.Sequence[Tensor | None]",
           "Union[None, Tensor]", "Optional[list[Tensor]]"]  # fmt: skip
OTHERS = ["int", "float", "bool", "str", "Optional[int]", "int | None", "None | str", "list[int]",
          "Optional[List[int]]", "list[bool] | None", "typing.Sequence[float]", "torch.dtype",
          "Optional[torch.dtype]", "torch.device", "'torch.device | None'", "Number",
          "Optional[Number]", "Union[int, float, bool]", "bool | float | int", "list[Number]",
          "Tuple[int, int]", "dict", "list[str]", "torch.Size", "int | float"]  # fmt: skip
DEFAULTS = ["None", "True", "3", "-1", "1e-6", "0.5", "'word'", "torch.float16", "CONSTANT",
            "float('inf')", "torch.device('cpu')", "(1, 2)"]  # fmt: skip
RESULTS = ["None", "Tensor", "'Tensor'", "tuple[Tensor, Tensor]", "Tuple[Tensor, int]", "int",
           "list[Tensor]", "List[Tensor]", "tuple[Tensor]", "float", "bool", "Number",
           "Sequence[Tensor]", "Optional[Tensor]", "tuple[list[Tensor], bool]", "str"]  # fmt: skip


@st.composite
def signatures(draw):
    """A signature, and what it says that it writes."""
    texts, names = [], []
    count, star = draw(st.integers(0, 4)), draw(st.integers(0, 6))
    optional = False
    for index in range(count):
        if index == star:
            texts.append("*")
            optional = False
        names.append(f"x{index}")
        type_ = draw(st.sampled_from(TENSORS + OTHERS))
        default = draw(st.sampled_from(["", "", *DEFAULTS]))
        if optional and not default:
            default = "None"
        optional = optional or bool(default)
        texts.append(f"x{index}: {type_}" + (f" = {default}" if default else ""))
    writes = draw(
        st.one_of(st.just("unknown"), st.lists(st.sampled_from([*names, "y"]), unique=True))
    )
    return f"def f({', '.join(texts)}) -> {draw(st.sampled_from(RESULTS))}: ...", writes


def from_source(folder: Path, code: str):
    (folder / "ops.py").write_text(code)
    locks = lock_of_source(folder / "ops.py", "ops")
    operators = [operator for lock in locks for operator in lock.operators]
    return (operators[0].schema if operators else None), [
        u for lock in locks for u in lock.unresolved
    ]


@settings(max_examples=300, deadline=None, database=None)
@given(signatures())
def test_a_drawn_signature_gives_what_torch_infers(tmp_path_factory, drawn):
    signature, writes = drawn
    code = f"{HEAD}@torch.library.custom_op('t::f', mutates_args={writes!r})\n{signature}\n"
    read, unresolved = from_source(tmp_path_factory.getbasetemp(), code)
    scope: dict = {}
    exec(f"{HEAD}{signature}", scope)
    try:
        wanted = torch.library.infer_schema(scope["f"], mutates_args=writes, op_name="t::f")
        torch._C.parse_schema(wanted)
    except (ValueError, RuntimeError):
        return
    assert not unresolved
    assert read == parse_schema(wanted)


@pytest.mark.parametrize("annotation", ["dict", "Tuple[int, int]", "list[str]", "NotThere", ""])
def test_what_torch_refuses_is_unresolved_with_its_line(tmp_path, annotation):
    typed = f": {annotation}" if annotation else ""
    code = (
        f"{HEAD}@torch.library.custom_op('t::f', mutates_args=())\ndef f(x{typed}) -> None: ...\n"
    )
    read, unresolved = from_source(tmp_path, code)
    assert read is None
    assert len(unresolved) == 1 and unresolved[0].startswith("ops.py:10: t::f")


def test_future_annotations_are_read_as_they_are(tmp_path):
    code = "from __future__ import annotations\n" + textwrap.dedent(
        """
        import torch
        @torch.library.custom_op("t::f", mutates_args=("x",))
        def f(x: torch.Tensor | None, k: int = 2) -> tuple[torch.Tensor, torch.Tensor]: ...
        """
    )
    assert from_source(tmp_path, code)[0] == parse_schema(
        "t::f(Tensor(a0!)? x, SymInt k=2) -> (Tensor, Tensor)"
    )
