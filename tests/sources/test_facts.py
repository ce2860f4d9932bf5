"""Tensors as conditions, constructions, where functions raise, what attributes imply."""

import ast

from conformance.sources.calls.constructions import (
    implied_conditions,
    raise_conditions,
    read_constructions,
)
from conformance.sources.comparing.finding import Cause
from conformance.sources.comparing.tensor_conditions import tensor_conditions
from conformance.sources.values.canonical import canonical_text

from .package import sources

TEXT = """
import torch

class Meta:
    index: torch.Tensor | None
    size: int | None

    def __post_init__(self):
        self.index = self.index.to(torch.int32) if self.index else None
        self.index = self.index if self.index is not None else None
        self.size = self.size if self.size else 0

class Model:
    def __init__(self, kind, custom):
        self.plain = custom and self.sinks is None
        if kind == "odd" and custom:
            raise NotImplementedError
        self.kind = kind

    def build(self, positions, size):
        index = positions[:2]
        if self.whole:
            index = index.repeat(1, size)
        return Meta(index=index, size=size)

def f(x: torch.Tensor, n: int):
    assert x
    return not x or n
"""


def source(tmp_path):
    return sources(tmp_path, a=TEXT).files[0]


def test_a_tensor_must_not_be_asked_whether_it_is_true(tmp_path):
    found = tensor_conditions(source(tmp_path))
    assert [(finding.about, finding.where) for finding in found] == [
        ("self.index", "toy/a.py:9"),
        ("x", "toy/a.py:27"),
        ("x", "toy/a.py:28"),
    ]
    assert all(finding.cause is Cause.TRUTH for finding in found)


def test_each_way_to_make_an_object_is_told(tmp_path):
    sites, unresolved = read_constructions(
        source(tmp_path), lambda call: ast.unparse(call.func) == "Meta"
    )
    assert not unresolved
    assert {(canonical_text(site.arguments[0].value), site.condition) for site in sites} == {
        ("positions[:2].repeat(1, size)", "self.whole"),
        ("positions[:2]", "not (self.whole)"),
    }


def test_what_a_class_refuses_is_told(tmp_path):
    read = source(tmp_path)
    (maker,) = [f for f in read.all_functions if f.name == "__init__"]
    assert raise_conditions(read, maker) == [(("kind == 'odd'", "custom"), "toy/a.py:17")]


def test_attributes_assigned_once_imply_their_parts(tmp_path):
    assert implied_conditions(source(tmp_path), ("self.plain",)) == {
        "self.plain",
        "custom",
        "self.sinks is None",
    }
    assert implied_conditions(source(tmp_path), ("not (self.plain)",)) == {"not (self.plain)"}
