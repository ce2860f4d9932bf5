"""What the syntax does not tell is named, with the place."""

import pytest

from .package import calls, in_function


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("return torch.ops.space.op(*more)", "items are not known"),
        ("return torch.ops.space.op(*[i for i in more])", "items are not known"),
        ("return torch.ops.space.op(x, **more)", "items are not known"),
        ("a = []\nfor i in more:\n    a.append(i)\nreturn torch.ops.space.op(*a)", "in a loop"),
        ("a = [x]\na.reverse()\nreturn torch.ops.space.op(*a)", "not followed"),
        ("a = [x]\na[flag] = x\nreturn torch.ops.space.op(*a)", "position is not known"),
        ("return getattr(torch.ops.space, flag)(x)", "no constant"),
        ("return self.run(torch.ops.space.op, x)", "not seen to be called"),
        ("table = {'a': torch.ops.space.op}\nreturn table[flag](x)", "not seen to be called"),
        ("return lambda: torch.ops.space.op(x)", "not seen to be called"),
        ("for i in more:\n    op = torch.ops.space.op\nreturn op(x)", "in a loop"),
    ],
)
def test_what_the_syntax_does_not_tell_is_said(tmp_path, body, reason):
    found = calls(tmp_path, a=in_function(body))
    assert not found.sites
    assert any(reason in problem.reason for problem in found.unresolved), found.unresolved
    assert all(problem.place.startswith("toy/a.py:") for problem in found.unresolved)


def test_an_operator_kept_for_another_method_is_not_lost(tmp_path):
    text = """
    import torch
    class Model:
        def __init__(self):
            self.op = torch.ops.space.op
        def forward(self, x):
            return self.op(x)
    """
    (problem,) = calls(tmp_path, a=text).unresolved
    assert (problem.text, problem.place) == ("torch.ops.space.op", "toy/a.py:5")


def test_a_name_that_is_not_assigned_on_a_way_is_told(tmp_path):
    body = "if flag:\n    op = torch.ops.space.op\nreturn op(x)"
    found = calls(tmp_path, a=in_function(body))
    (problem,) = found.unresolved
    assert problem.unbound and problem.condition == "not (flag)"
    assert [site.condition for site in found.sites] == ["flag"]


def test_too_many_ways_are_said_and_not_cut_off(tmp_path, monkeypatch):
    monkeypatch.setattr("conformance.sources.paths.walk.MAX_PATHS", 20)
    body = "\n".join(f"if self.a{i}:\n    x = x + {i}" for i in range(6))
    found = calls(tmp_path, a=in_function(f"{body}\nreturn torch.ops.space.op(x)"))
    reasons = {problem.reason for problem in found.unresolved}
    assert "too many paths lead through it" in reasons
