"""``conformance generate``: every way in which text can be generated here, as a table."""

import json

import pytest

from conformance.catalogue.operators import find_operator
from conformance.cli.main import main

from .command import conformance

GENERATING = ("generate_gemma4", "generate_mistral", "generate_qwen3")


@pytest.fixture
def said(capsys):
    def said(*words):
        code = main(["generate", *words])
        out, error = capsys.readouterr()
        return code, out, error

    return said


def test_every_mode_is_listed_as_it_is_asked_for(said):
    code, out, _ = said("--list")
    assert code == 0
    lines = out.splitlines()
    assert len(lines) == sum(len(find_operator(name).modes) for name in GENERATING)
    for name in GENERATING:
        for mode in find_operator(name).modes:
            (line,) = [
                each for each in lines if each.startswith(f"{name} ") and f" {mode.name}  " in each
            ]
            asked = [f"--{setting} {value}" for setting, value in mode.settings.items()]
            assert line.endswith(" ".join([f"--subject {mode.subject}", *asked]))


def test_operators_and_modes_are_chosen_by_patterns(said):
    _, out, _ = said(
        "--list", "--operator", "generate_[gq]*", "--mode", "*stock", "--mode", "kernels on"
    )
    rows = [line.partition("--subject")[0].strip() for line in out.splitlines()]
    assert [" ".join(row.split()) for row in rows] == [
        "generate_gemma4 vllm, stock",
        "generate_qwen3 vllm, stock",
        "generate_qwen3 vllm-rbln, custom kernels on",
    ]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--operator", "generate_quen3"), "did you mean generate_qwen3?"),
        (("--operator", "rms_norm"), "no operator 'rms_norm' generates"),
        (("--mode", "stok"), "no mode has stok in its name; known: vllm, stock"),
        (("--check", "tokns"), "did you mean tokens?"),
        (("--check", "values"), "no check values; known: tokens, second_call"),
    ],
)
def test_what_no_operator_has_is_told_before_anything_starts(said, words, complaint):
    code, _, error = said(*words)
    assert code == 2
    assert complaint in error


def test_what_cannot_run_here_is_told_with_what_is_missing(tmp_path):
    """The suite's own tests run where neither transformers nor an engine is installed."""
    log = tmp_path / "log.json"
    words = ["--mode", "stock", "--check", "tokens", "--profile", "quick", "--no-store"]
    done = conformance("generate", "--operator", "generate_qwen3", *words, "--json", log)
    assert done.returncode == 3
    missing = "the oracle of generation needs transformers and safetensors, not installed here"
    assert missing in done.stdout
    assert "│ vllm, stock │ -    │" in done.stdout
    (started,) = [e for e in json.loads(log.read_text())["events"] if e["event"] == "RunStarted"]
    assert (started["run"]["operator"], started["run"]["subject"]) == ("generate_qwen3", "vllm")


def test_the_settings_of_a_mode_are_words_of_its_run(tmp_path):
    log = tmp_path / "log.json"
    words = ["--mode", "router torch", "--check", "tokens", "--no-store", "--unsupported-ok"]
    done = conformance("generate", *words, "--json", log)
    assert done.returncode == 0, done.stderr
    (started,) = [e for e in json.loads(log.read_text())["events"] if e["event"] == "RunStarted"]
    assert started["run"]["options"] == ["--router", "torch"]
