"""A text that is given and says nothing is a mistake, and never the same as none."""

import pytest

import conformance
from conformance.cli.main import main
from conformance.events.loading import UsageError


def refused(words, capsys):
    """The last line that the command prints when it refuses its words."""
    try:
        code = main(words)
    except SystemExit as end:
        code = end.code
    printed = capsys.readouterr()
    assert (code, printed.out) == (2, "")
    return printed.err.splitlines()[-1]


@pytest.mark.parametrize("nothing", ["", " ", "\t\n"])
@pytest.mark.parametrize(
    "option",
    ["--subject", "--device", "--check", "--profile", "--targets", "--waivers", "--store", "--json",
     "--junit", "--seed", "--jobs", "--config"],
)  # fmt: skip
def test_the_command_refuses_it(option, nothing, capsys):
    told = refused(["check", "gemma4_routing", f"{option}={nothing}"], capsys)
    assert told.startswith("conformance")


@pytest.mark.parametrize(
    "words",
    [["check", ""], ["check", " "], ["describe", ""], ["explain", ""], ["replay", ""],
     ["replay", "", "gemma4_routing@values@T=1,seed=0"], ["report", ""], ["releases", ""],
     ["releases", "rbln_attention", "--release", ""], ["releases", "rbln_attention", "--aspect="],
     ["releases", "rbln_attention", "--json="]],
)  # fmt: skip
def test_so_do_the_other_commands(words, capsys):
    assert refused(words, capsys).startswith("conformance")


def right(gating, topk, per_expert_scale):
    raise AssertionError("nothing is asked")


@pytest.mark.parametrize("subject", ["triton", right], ids=["a text", "a callable"])
@pytest.mark.parametrize("nothing", ["", " "])
@pytest.mark.parametrize("option", ["profile", "device", "checks", "targets", "store", "waivers"])
def test_so_does_python(option, nothing, subject):
    with pytest.raises((UsageError, ValueError)):
        conformance.check("gemma4_routing", subject, **{option: nothing})


@pytest.mark.parametrize("words", [("", "triton"), (" ", "triton"), ("gemma4_routing", "")])
def test_python_refuses_operators_and_subjects_without_a_name(words):
    with pytest.raises(UsageError):
        conformance.check(*words)
