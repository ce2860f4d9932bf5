"""What is said of a subject beside its name: refused where it makes no sense, kept in replays."""

import pytest

from conformance.cli.main import main

KNOWN = "--model, --attention, --runner, --compile, --custom-kernels, --patch, --capture"
CASE = "generate_qwen3@tokens@R=1,L=1,N=1,K=1,V=512,prompts=int64/tokens/dense,seed=0"


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["check", "generate_qwen3", "--router", "ours"],
         f"generate_qwen3 has no --router; it has: {KNOWN}"),
        (["check", "rms_norm", "--router", "ours"], "rms_norm has no --router; it has: none"),
        (["check", "generate_qwen3", "--attention", "gpu"],
         "--attention 'gpu': it takes cpu, triton"),
        (["check", "generate_gemma4", "--compile", "aot"], "it takes eager, inductor"),
        (["replay", CASE, "--router", "ours"], "generate_qwen3 has no --router"),
        (["replay", CASE, "--custom-kernels", "maybe"], "it takes on, off"),
    ],
)  # fmt: skip
def test_a_setting_that_makes_no_sense_is_refused_before_anything_starts(words, complaint, capsys):
    assert main(words) == 2
    assert complaint in capsys.readouterr().err


@pytest.mark.parametrize("name", ["router", "patch", "model"])
def test_a_setting_without_a_value_is_refused(name, capsys):
    with pytest.raises(SystemExit):
        main(["check", "generate_gemma4", f"--{name}", " "])
    assert f"argument --{name}: ' ' says nothing" in capsys.readouterr().err


@pytest.mark.parametrize("family", ["generation", "generate_qwen3"])
def test_what_generates_is_described(family, capsys):
    assert main(["describe", family]) == 0
    assert "greedy tokens of qwen3" in capsys.readouterr().out


def test_a_description_tells_what_is_scored_and_which_settings_there_are(capsys):
    assert main(["describe", "generate_gemma4"]) == 0
    out = capsys.readouterr().out
    assert "the largest of what is scored, (R, N, V), along V\n" in out
    assert "the K largest of what is scored, (R, N, V), along V\n" in out
    assert "the score is what conformance_kernels.generation.oracle:Oracle.scores gives\n" in out
    assert "settings of a subject\n  --model: the folder of a checkpoint" in out
    assert "  --runner: which model runner vLLM takes (v1, v2)\n" in out


@pytest.mark.parametrize("check", ["tokens", "mixed_steps", "switch"])
def test_a_check_of_generation_is_explained(check, capsys):
    assert main(["explain", check]) == 0
    assert capsys.readouterr().out.startswith(f"{check}: ")


def test_operators_and_checks_of_generation_are_listed(capsys):
    assert main(["list"]) == 0
    out = capsys.readouterr().out
    for name in ("generate_qwen3", "generate_gemma4", "generate_mistral", "second_call", "chunks"):
        assert name in out
