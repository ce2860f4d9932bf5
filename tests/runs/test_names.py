"""A name that nothing has is told before anything starts, with the one that was meant."""

import pytest

from conformance.events.loading import UsageError
from conformance.runs.names import check_names, check_waivers


@pytest.mark.parametrize(
    ("operators", "subject", "checks", "complaint"),
    [
        (["gema4_routing"], None, (), "no operator 'gema4_routing'; .*mean gemma4_routing[?]$"),
        (["rbln_atention"], None, (), "mean rbln_attention[?]$"),
        (["/nowhere/op.py:OP"], None, (), "^no file /nowhere/op.py$"),
        (["gemma4_routing"], "tritn", (), "no subject 'tritn' of gemma4_routing.*mean triton[?]$"),
        (["gemma4_routing"], "vlm==0.32.0", (), "mean vllm==0.32.0[?]$"),
        (["gemma4_routing"], "my.py:route", (), "^no file my.py$"),
        (
            ["gemma4_routing"],
            None,
            ["vlaues"],
            "^no check vlaues; known: values, .*mean values[?]$",
        ),
        (["gemma4_routing"], None, ["xyz"], "known: values, state, .*surroundings$"),
        (["mod:OP"], "/nowhere/my.py:route", (), "^no file /nowhere/my.py$"),
    ],
)
def test_a_misspelt_name_is_a_usage_error(operators, subject, checks, complaint):
    with pytest.raises(UsageError, match=complaint):
        check_names(operators, subject, checks)


@pytest.mark.parametrize(
    ("operators", "subject", "checks"),
    [
        (["gemma4_routing"], None, ["values", "ties"]),
        (["gemma4_routing"], "vllm==0.32.0", ()),
        (["gemma4_routing"], "vllm::route", ()),
        (["gemma4_routing"], "some.module:route", ()),
        (["some.module:OP"], "whatever", ()),
    ],
)
def test_what_only_a_worker_can_tell_is_left_to_it(operators, subject, checks):
    check_names(operators, subject, checks)


WAIVER = """
[[waiver]]
id = "known"
issue = "https://example.org/1"
owner = "us"
reason = "known"
contract = "*"
subject = "*"
check = "{}"
case = "T > 0"
expires = 2999-01-01
"""


def test_a_waiver_of_a_check_that_does_not_exist_is_a_usage_error(tmp_path):
    (tmp_path / "own.toml").write_text(WAIVER.format("vlaues"))
    with pytest.raises(UsageError, match=r"^waiver known: no check 'vlaues'.*mean values[?]$"):
        check_waivers([tmp_path / "own.toml"])
    (tmp_path / "own.toml").write_text(WAIVER.format("val*"))
    check_waivers([tmp_path / "own.toml"])
