"""``conformance bench`` measures, marks, writes, and compares with a baseline."""

import json
import signal
import subprocess

import pytest

from tests.cli.command import COMMAND, conformance

TOY = """
import time
import torch
from conformance import contract as c

def twice(x):
    return x * 2

def thrice(x):
    return x * 3

def ends(x):
    import os
    os._exit(9)

CONTRACT = c.Contract(
    name="twice", summary="twice x", axes=(c.Axis("N", "elements", usual=8),),
    arguments=(c.TensorArgument("x", ("N",), ("float32",), "what is doubled"),),
    outputs=(c.Output("y", ("N",), "x", "twice x", budget=c.Budget(1e-6, 1e-30, "exact")),),
    reference=lambda x: (x * 2,),
)
OPERATOR = c.Operator(CONTRACT)
"""


def bench(folder, *words):
    (folder / "toy.py").write_text(TOY)
    return conformance("bench", "toy.py:OPERATOR", "--rounds", "6", "--seed", "3", *words,
                       cwd=folder)  # fmt: skip


def test_subjects_side_by_side_with_a_mark_where_answers_are_wrong(tmp_path):
    out = bench(tmp_path, "--subject", "toy.py:twice", "--subject", "toy.py:thrice", "--size",
                "N=8,64", "--json", "out.json", "--plot", "out.svg")  # fmt: skip
    assert out.returncode == 0, out.stderr
    assert "toy.py:thrice: NOT CONFORMANT: y: off by" in out.stdout
    assert "2 of 2 points measured" in out.stderr
    run = json.loads((tmp_path / "out.json").read_text())["runs"][0]
    assert [c["conformant"] for c in run["contestants"]][:2] == [True, False]
    assert [len(point["figures"]) for point in run["points"]] == [5, 5]
    assert (tmp_path / "out.svg").read_text().startswith("<svg")


def test_a_subject_that_ends_the_process_stops_nobody_else(tmp_path):
    out = bench(tmp_path, "--subject", "toy.py:ends", "--subject", "toy.py:twice")
    assert out.returncode == 3, "not everything could be measured"
    assert "toy.py:ends: CRASHED: " in out.stdout and "ended with 9" in out.stdout
    assert "toy.py:twice: conformant as far as looked at" in out.stdout


def test_a_baseline_is_saved_and_compared_with(tmp_path):
    saved = bench(tmp_path, "--subject", "toy.py:twice", "--save", "baseline.json")
    assert saved.returncode == 0, saved.stderr
    # So wide a tolerance that no noise of a machine that tests run on goes beyond it.
    same = bench(tmp_path, "--subject", "toy.py:twice", "--against", "baseline.json",
                 "--tolerance", "1000000")  # fmt: skip
    assert same.returncode == 0, same.stdout + same.stderr
    assert "0 of 1 lost ground" in same.stdout
    document = json.loads((tmp_path / "baseline.json").read_text())
    for figure in document["runs"][0]["points"][0]["figures"]:
        for ratio in figure["ratios"].values():
            ratio |= {"value": ratio["value"] / 1e6, "low": ratio["low"] / 1e6,
                      "high": ratio["high"] and ratio["high"] / 1e6}  # fmt: skip
    (tmp_path / "baseline.json").write_text(json.dumps(document))
    lost = bench(tmp_path, "--subject", "toy.py:twice", "--against", "baseline.json")
    assert lost.returncode == 1, lost.stdout + lost.stderr
    assert "1 of 1 lost ground" in lost.stdout


def test_mistakes_are_one_line_before_anything_is_measured(tmp_path):
    for words, told in (
        (("--size", "M=3"), "twice has no size M; it has: N"),
        (("--size", "N=x"), "write NAME=N,N"),
        (("--dtype", "float23"), "twice takes no float23"),
        (("--against", "nothing.json"), "nothing.json: No such file"),
        (("--subject", "toy.py:twice", "--json", "a", "--save", "a"), "name two files"),
        (("--subject", "elsewhere.py:f"), "no file elsewhere.py"),
    ):
        out = bench(tmp_path, "--subject", "toy.py:twice", *words)
        assert out.returncode == 2 and told in out.stderr, (words, out.stderr)
        assert "Traceback" not in out.stderr


def test_a_device_that_is_not_there_is_told(tmp_path):
    import torch

    if torch.cuda.is_available():
        pytest.skip("there is a GPU")
    out = bench(tmp_path, "--subject", "toy.py:twice", "--device", "cuda")
    assert out.returncode == 3
    assert "finds no cuda device" in out.stderr


def test_an_interrupt_keeps_what_was_measured(tmp_path):
    (tmp_path / "toy.py").write_text(TOY)
    words = ["bench", "toy.py:OPERATOR", "--subject", "toy.py:twice", "--size", "N=" + ",".join(
        map(str, range(1, 400))), "--rounds", "60", "--json", "out.json"]  # fmt: skip
    command = subprocess.Popen([*COMMAND, *words], cwd=tmp_path, text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # fmt: skip
    for line in command.stderr:
        if "3 of 399 points measured" in line:
            command.send_signal(signal.SIGINT)
            break
    out, err = command.communicate(timeout=60)
    assert command.returncode == 3 and "interrupted" in err
    assert "N=1" in out
    run = json.loads((tmp_path / "out.json").read_text())["runs"][0]
    assert run["complete"] is False and run["points"][0]["figures"]
