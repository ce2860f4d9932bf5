"""Calls of operators are found with their arguments and conditions."""

import pytest

from .package import calls, given, in_function


def only(found):
    assert not found.unresolved, found.unresolved
    (site,) = found.sites
    return site


@pytest.mark.parametrize(
    "body",
    [
        "return torch.ops.space.op(x, scale)",
        "return torch.ops.space.op.default(x, scale)",
        "op = torch.ops.space.op\nreturn op(x, scale)",
        "ops = torch.ops.space\nreturn ops.op(x, scale)",
        "return getattr(torch.ops.space, 'op')(x, scale)",
        "name = 'space'\nreturn getattr(torch.ops, name).op(x, scale)",
        "self.op = torch.ops.space.op\nreturn self.op(x, scale)",
        "arguments = [x]\narguments.append(scale)\nreturn torch.ops.space.op(*arguments)",
        "arguments = [x]\narguments += [scale]\nreturn torch.ops.space.op(*arguments)",
        "arguments = []\narguments.extend((x, scale))\nreturn torch.ops.space.op(*arguments)",
        "arguments = [scale]\narguments.insert(0, x)\nreturn torch.ops.space.op(*arguments)",
        "arguments = [x] + [scale]\nreturn torch.ops.space.op(*arguments)",
        "first = (x,)\nreturn torch.ops.space.op(*[*first, scale])",
        "one = [x]\nother = one\nother.append(scale)\nreturn torch.ops.space.op(*one)",
        "arguments = [x, x]\narguments[1] = scale\nreturn torch.ops.space.op(*arguments)",
        "scale, x = x, scale\nreturn torch.ops.space.op(scale, x)",
        "if (value := scale) is not None:\n    return torch.ops.space.op(x, value)",
        "with flag as other:\n    return torch.ops.space.op(x, scale)",
        "try:\n    return torch.ops.space.op(x, scale)\nexcept ValueError:\n    raise",
        "for i in more:\n    torch.ops.space.op(x, scale)",
    ],
)
def test_an_operator_is_found_however_it_is_called(tmp_path, body):
    site = only(calls(tmp_path, a=in_function(body)))
    assert site.operator == "space::op" and given(site) == ["x", "scale"]


@pytest.mark.parametrize(
    "body",
    [
        "return torch.ops.space.op(x, scale=scale)",
        "given = {'scale': scale}\nreturn torch.ops.space.op(x, **given)",
        "given = dict(scale=scale)\nreturn torch.ops.space.op(x, **given)",
        "given = {}\ngiven['scale'] = scale\nreturn torch.ops.space.op(x, **given)",
        "given = {}\ngiven.update(scale=scale)\nreturn torch.ops.space.op(x, **given)",
    ],
)
def test_keywords_are_told_from_positions(tmp_path, body):
    assert given(only(calls(tmp_path, a=in_function(body)))) == ["x", "scale=scale"]


def test_a_site_has_its_place_and_what_is_written_there(tmp_path):
    body = "value = self.scale\nreturn torch.ops.space.op(\n    x,\n    value,\n)"
    site = only(calls(tmp_path, a=in_function(body)))
    assert site.place == "toy/a.py:4"
    assert [(a.text, a.place) for a in site.arguments] == [
        ("x", "toy/a.py:5"),
        ("value", "toy/a.py:6"),
    ]
    assert given(site) == ["x", "self.scale"]


CHOICE = """
if flag:
    op = torch.ops.one.op
else:
    op = torch.ops.two.op
arguments = [x]
if not flag:
    arguments.append(scale)
return op(*arguments)
"""


def test_only_ways_that_fit_together_are_taken(tmp_path):
    found = calls(tmp_path, a=in_function(CHOICE))
    assert {(s.operator, *given(s), s.condition) for s in found.sites} == {
        ("one::op", "x", "flag"),
        ("two::op", "x", "scale", "not (flag)"),
    }


@pytest.mark.parametrize(
    "body",
    [
        "op = torch.ops.one.op if flag else torch.ops.two.op\nreturn op(x)",
        "return (torch.ops.one.op if flag else torch.ops.two.op)(x)",
        "if flag:\n    return torch.ops.one.op(x)\nreturn torch.ops.two.op(x)",
        "if not flag:\n    return torch.ops.two.op(x)\nelse:\n    return torch.ops.one.op(x)",
        "use = flag\nif use:\n    return torch.ops.one.op(x)\nreturn torch.ops.two.op(x)",
    ],
)
def test_each_choice_is_a_site_with_its_condition(tmp_path, body):
    found = calls(tmp_path, a=in_function(body))
    assert not found.unresolved
    sites = {(site.operator, site.condition) for site in found.sites}
    assert sites == {("one::op", "flag"), ("two::op", "not (flag)")}


def test_a_value_equals_one_constant_only(tmp_path):
    body = """
if self.mode == "a":
    op = torch.ops.one.op
elif self.mode == "b":
    op = torch.ops.two.op
else:
    raise ValueError
if self.mode == "a":
    return op(x)
return op(scale)
"""
    found = calls(tmp_path, a=in_function(body))
    assert {(s.operator, *given(s)) for s in found.sites} == {
        ("one::op", "x"),
        ("two::op", "scale"),
    }


def test_a_name_assigned_anew_is_asked_anew(tmp_path):
    body = """
if flag:
    x = scale
flag = more
if flag:
    return torch.ops.space.op(x)
"""
    found = calls(tmp_path, a=in_function(body))
    assert {(given(s)[0], s.condition) for s in found.sites} == {
        ("scale", "flag and more"),
        ("x", "not (flag) and more"),
    }


WRAPPER = """
import torch
def wrapped(q, s, extra=None, *, custom):
    if custom:
        return torch.ops.one.op(q, s)
    return torch.ops.two.op(q, s, extra)
"""
CALLER = """
from .a import wrapped
class Model:
    def forward(self, x):
        return wrapped(x, self.scale, custom=self.custom)
"""


def test_a_call_is_followed_into_functions_of_other_files(tmp_path):
    found = calls(tmp_path, a=WRAPPER, b=CALLER)
    assert not found.unresolved
    assert {(s.operator, *given(s), s.where, s.condition) for s in found.sites} == {
        ("one::op", "x", "self.scale", "toy/b.py:5 -> toy/a.py:5", "self.custom"),
        ("two::op", "x", "self.scale", "None", "toy/b.py:5 -> toy/a.py:6", "not (self.custom)"),
    }


def test_a_wrapper_that_nobody_calls_speaks_for_itself(tmp_path):
    found = calls(tmp_path, a=WRAPPER)
    assert [(s.operator, given(s)) for s in found.sites] == [
        ("one::op", ["q", "s"]),
        ("two::op", ["q", "s", "extra"]),
    ]


def test_methods_of_the_same_object_are_followed(tmp_path):
    text = """
    import torch
    class Model:
        def forward(self, x):
            return self.apply(x, self.scale)
        def apply(self, a, b):
            return torch.ops.space.op(a, b)
    """
    site = only(calls(tmp_path, a=text))
    assert given(site) == ["x", "self.scale"] and site.callers == ("toy/a.py:5",)


def test_calling_the_registered_function_calls_the_operator(tmp_path):
    text = """
    import torch
    @torch.library.custom_op("space::op", mutates_args=())
    def implementation(x: torch.Tensor) -> torch.Tensor:
        return x
    def forward(x, flag):
        op = torch.ops.space.op if flag else implementation
        return op(x)
    """
    found = calls(tmp_path, a=text)
    assert not found.unresolved
    assert [site.operator for site in found.sites] == ["space::op"]


def test_branches_that_change_nothing_make_no_ways(tmp_path, monkeypatch):
    monkeypatch.setattr("conformance.sources.paths.walk.MAX_PATHS", 20)
    body = "\n".join(f"if self.a{i}:\n    other = {i}" for i in range(10))
    assert only(calls(tmp_path, a=in_function(f"{body}\nreturn torch.ops.space.op(x)")))
