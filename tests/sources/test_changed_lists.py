"""Lists and dictionaries of arguments, changed in every way: no call is read wrongly.

Each body is executed, too. What is read of it must be what was passed, or be said not to be known.
"""

from pathlib import Path

import pytest

from .executed import executed
from .package import calls, given, in_function

BODIES = [
    body.strip("\n")
    for body in (Path(__file__).parent / "changed_lists.txt").read_text().split("\n---\n")
]
CONDITIONS = {"flag": {True}, "not (flag)": {False}}


def test_the_bodies_are_different_ones():
    assert len(BODIES) == len(set(BODIES)) > 150


@pytest.mark.parametrize("body", BODIES)
def test_what_is_read_is_what_is_passed(tmp_path, body):
    found = calls(tmp_path, a=in_function(body))
    passed = {flag: executed(body, flag) for flag in (True, False)}
    for flag, of_flag in passed.items():
        read = [
            given(site)
            for site in found.sites
            if flag in CONDITIONS.get(site.condition, {True, False})
        ]
        said = found.unresolved or not all(map(_is_clear, read))
        assert said or all(texts in read for texts in of_flag), (flag, of_flag, read)
    for site in found.sites:
        flags = CONDITIONS.get(site.condition, {True, False})
        possible = [texts for flag in flags for texts in passed[flag]]
        assert given(site) in possible or not _is_clear(given(site)), (possible, given(site))


def _is_clear(texts: list[str]) -> bool:
    """Whether every argument is one of the values that the function was given."""
    known = {"x", "scale", "self.scale", "self.bias", "meta.index", "None"}
    return {text.partition("=")[2] or text for text in texts} <= known


@pytest.mark.parametrize(
    "body",
    [
        "a = [x]\nb = a\na += [scale]\ntorch.ops.space.op(*b)",
        "a = b = [x]\nb.append(scale)\ntorch.ops.space.op(*a)",
        "a = [x, self.bias, scale]\ndel a[1]\ntorch.ops.space.op(*a)",
        "a = [x]\nb = list(a)\nb.append(scale)\na.pop()\ntorch.ops.space.op(*b)",
        "a = [x, x]\na[-1] = scale\ntorch.ops.space.op(*a)",
        "a = [scale, x]\na[0], a[1] = a[1], a[0]\ntorch.ops.space.op(*a)",
        "a = [scale, x]\ntorch.ops.space.op(a[1], a[-2])",
        "k = {'s': scale}\ntorch.ops.space.op(x, k['s'])",
        "(a, b), c = (x, scale), self.bias\ntorch.ops.space.op(a, b)",
        "a = [x, scale]\nprint(len(a), a.index(x))\ntorch.ops.space.op(*a)",
        "a = [x, scale]\nb = torch.cat(a)\ntorch.ops.space.op(*a)",
    ],
)
def test_a_change_that_is_followed_is_read(tmp_path, body):
    found = calls(tmp_path, a=in_function(body))
    assert not found.unresolved and [given(site) for site in found.sites] == [["x", "scale"]]


def test_dictionaries_are_followed(tmp_path):
    body = (
        "k = {'bias': x}\nj = k\nk |= {'scale': scale}\ndel k['bias']\ntorch.ops.space.op(x, **j)"
    )
    (site,) = calls(tmp_path, a=in_function(body)).sites
    assert given(site) == ["x", "scale=scale"]


@pytest.mark.parametrize("change", ["pop()", "clear()", "reverse()", "remove(x)", "sort()"])
@pytest.mark.parametrize("start", ["", "if flag:\n    ", "for i in more:\n    ", "_ = "])
def test_a_change_that_is_not_followed_is_said(tmp_path, start, change):
    body = f"a = [x, scale]\n{start}a.{change}\ntorch.ops.space.op(*a)"
    found = calls(tmp_path, a=in_function(body))
    assert found.unresolved
    assert all(site.condition == "not (flag)" for site in found.sites)


def test_a_list_that_a_followed_function_gets_is_read_there(tmp_path):
    text = """
    import torch
    def call(arguments):
        return torch.ops.space.op(*arguments)
    def forward(x, scale):
        arguments = [x, scale]
        return call(arguments)
    """
    (site,) = calls(tmp_path, a=text).sites
    assert given(site) == ["x", "scale"]


@pytest.mark.parametrize(
    ("parameters", "body", "arguments", "passed"),
    [
        ("q, *rest", "op(*rest, q)", "x, scale, self.bias", ["scale", "self.bias", "x"]),
        ("q, *rest, **named", "op(q, *rest, **named)", "x, scale, b=x", ["x", "scale", "b=x"]),
        ("q, *rest, b=None", "op(q, *rest, b)", "x, scale", ["x", "scale", "None"]),
        ("*all", "all += (None,); op(*all)", "x, scale", ["x", "scale", "None"]),
        ("*all", "all = list(all); all.append(None); op(*all)", "x", ["x", "None"]),
        ("**named", "named['b'] = None; op(**named)", "q=x", ["q=x", "b=None"]),
        ("q, /, **named", "op(q, **named)", "x, q=scale", ["x", "q=scale"]),
        ("q, s=None, *, b=None", "op(q, s, b)", "x, b=scale", ["x", "None", "scale"]),
        ("q, held", "held.append(q); op(*held)", "x, [scale]", ["scale", "x"]),
        ("held=[]", "held.append(None); op(*held)", "", ["None"]),
        ("q, held=()", "op(q, *held)", "x", ["x"]),
        ("q, s", "op(s=s, q=q)", "*(x,), **{'s': scale}", ["s=scale", "q=x"]),
    ],
)
def test_arguments_are_followed_through_a_function(tmp_path, parameters, body, arguments, passed):
    text = f"""
    import torch
    def wrapped({parameters}):
        op = torch.ops.space.op
        {body}
    def forward(self, x, scale):
        return wrapped({arguments})
    """
    found = calls(tmp_path, a=text)
    assert not found.unresolved and [given(site) for site in found.sites] == [passed]
