"""``replay --debug`` runs a case in the process of the command; ``--dump`` writes all of it."""

import pytest
import torch

from .command import conformance

SUBJECT = """
import os, sys
import torch, triton
import triton.language as tl
from conformance_kernels.gemma4_routing.torch_route import route_torch

@triton.jit
def twice(x, y, n, BLOCK: tl.constexpr):
    column = tl.arange(0, BLOCK)
    value = tl.load(x + column, mask=column < n)
    tl.device_print("value", value)
    tl.static_print("block", BLOCK)
    STOP
    tl.store(y + column, 2 * value, mask=column < n)

def route(gating, topk, scale):
    weights, ids = route_torch(gating, topk, scale)
    print("process", os.getpid(), "input", sys.stdin.fileno())
    wrong = torch.empty_like(weights)
    twice[(1,)](weights, wrong, weights.numel(), BLOCK=8)
    return wrong, ids
"""
LINE = ("gemma4_routing@values@T=1,E=4,K=2,gating=float32/normal/dense,"
        "per_expert_scale=float32/signed/dense,seed=0")  # fmt: skip


@pytest.fixture
def replay(tmp_path):
    def replayed(*words, stop="pass", **more):
        (tmp_path / "mine.py").write_text(SUBJECT.replace("STOP", stop))
        return conformance(
            "replay", LINE, "--subject", "mine.py:route", *words, cwd=tmp_path, **more
        )

    return replayed


def test_what_the_subject_and_its_kernels_print_is_shown(replay):
    done = replay("--debug")
    assert (done.returncode, done.stderr) == (1, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "in this process, without isolation or limits"
    for said in ("process ", "pid (0, 0, 0) idx (0) value: ", "block 8"):
        assert any(line.startswith(said) for line in lines), said
    assert any(line.startswith("FAIL        values") for line in lines)


def test_without_it_nothing_of_that_is(replay):
    done = replay()
    assert done.returncode == 1 and "pid (" not in done.stdout and "process" not in done.stdout


def test_a_breakpoint_reads_what_is_typed(replay):
    done = replay("--debug", stop="breakpoint()", input="p value\nwhere\nc\n")
    assert done.returncode == 1
    assert "-> tl.store(y + column, 2 * value, mask=column < n)" in done.stdout
    assert "fp32[8] in program (0, 0, 0): [" in done.stdout and "--" in done.stdout
    frames = [line for line in done.stdout.splitlines() if "mine.py(" in line]
    assert any("route()" in line for line in frames) and any("twice()" in line for line in frames)
    assert "bench.py" not in done.stdout


def test_to_quit_the_debugger_ends_the_command_and_decides_nothing(replay):
    done = replay("--debug", stop="breakpoint()", input="q\n")
    assert done.returncode == 3
    assert done.stderr == "conformance: interrupted\n"


def test_values_are_shown_with_their_neighbours(replay):
    done = replay()
    head = next(line for line in done.stdout.splitlines() if "elements are wrong" in line)
    assert head.strip() == "weights: 2 of 2 elements are wrong, the first at [0, 0]"
    table = done.stdout[done.stdout.index(head) :].splitlines()[1:4]
    assert table[0].split() == ["element", "got", "wanted", "off", "by", "allowed"]
    got, wanted, off, allowed = map(float, table[1].partition("]")[2].split())
    assert got == pytest.approx(2 * wanted) and off > allowed


@pytest.mark.parametrize("how", [(), ("--debug",)], ids=["isolated", "in this process"])
def test_a_dump_holds_all_of_a_case_and_is_data(replay, tmp_path, how):
    done = replay("--dump", "case.pt", *how)
    assert done.returncode == 1
    found = torch.load(tmp_path / "case.pt", weights_only=True)
    assert found["case"] == LINE
    assert found["arguments"]["gating"].shape == (1, 4) and found["arguments"]["topk"] == 2
    assert torch.allclose(found["outputs"]["weights"].double(), 2 * found["oracle"]["weights"])
    assert (found["allowed"]["weights"] < 1e-3).all()
    assert found["budget"]["weights"].startswith("|got - oracle| <= ")
    assert found["findings"][0].startswith("weights: off by")
    for said in (
        "arguments  gating           float32 (1, 4)",
        "oracle     weights          float64",
    ):
        assert said in done.stdout


def test_a_case_that_passes_is_dumped_as_well(tmp_path):
    done = conformance("replay", LINE, "--dump", "case.pt", cwd=tmp_path)
    assert done.returncode == 0
    assert torch.load(tmp_path / "case.pt", weights_only=True)["findings"] == []
    assert "elements are wrong" not in done.stdout


def test_a_dump_that_cannot_be_written_is_told_before_anything_starts(tmp_path):
    done = conformance("replay", LINE, "--dump", "no/such/folder/case.pt", cwd=tmp_path)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
