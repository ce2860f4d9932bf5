"""One run at a time on a GPU, unless told otherwise."""

import os
import subprocess
import sys
import threading

import pytest

from conformance.runs.cards import Cards, card_of

HOLDING = """
import sys
from pathlib import Path
from conformance.runs.cards import Cards
with Cards(Path(sys.argv[1])).held(sys.argv[2]):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def all_cards_are_seen(monkeypatch):
    for name in ("CUDA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES", "ZE_AFFINITY_MASK"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def other(tmp_path):
    """Starts processes that hold a card until their input ends."""
    running = []

    def start(device):
        process = subprocess.Popen(
            [sys.executable, "-c", HOLDING, str(tmp_path), device],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        running.append(process)
        assert process.stdout.readline() == "held\n"
        return process

    yield start
    for process in running:
        process.communicate("", timeout=30)


@pytest.mark.parametrize(
    ("device", "environment", "card"),
    [
        ("cpu", {}, None),
        ("cpu:config=1", {}, None),
        ("cuda", {}, "cuda-0"),
        ("cuda:3", {}, "cuda-3"),
        ("cuda", {"CUDA_VISIBLE_DEVICES": "5,2"}, "cuda-5"),
        ("cuda:1", {"CUDA_VISIBLE_DEVICES": "5, GPU-a/b"}, "cuda-GPU-a-b"),
        ("cuda:1", {"CUDA_VISIBLE_DEVICES": "5"}, "cuda-1"),
        ("cuda:1", {"HIP_VISIBLE_DEVICES": "4,6"}, "cuda-6"),
        ("xpu:1", {"ZE_AFFINITY_MASK": "2,3"}, "xpu-3"),
        ("rbln", {}, None),
    ],
)
def test_a_card_has_one_name_whichever_cards_are_seen(device, environment, card):
    assert card_of(device, environment) == card


def test_a_run_waits_for_the_one_that_has_the_card(tmp_path, other):
    process, told, entered = other("cuda"), [], threading.Event()
    cards = Cards(tmp_path)

    def run():
        with cards.held("cuda:0", told=told.append):
            entered.set()

    waiting = threading.Thread(target=run)
    waiting.start()
    assert not entered.wait(0.5)
    process.communicate("", timeout=30)
    assert entered.wait(30)
    waiting.join()
    (text,) = told
    assert text.startswith(f"waiting for cuda:0: process {process.pid} (")
    assert text.endswith(" uses it; --share-device does not wait")


def test_a_card_is_free_when_its_process_dies(tmp_path, other):
    process = other("cuda")
    process.kill()
    process.wait()
    with Cards(tmp_path).held("cuda", told=lambda text: pytest.fail(text)):
        pass


def test_other_cards_and_who_shares_do_not_wait(tmp_path, other):
    other("cuda")
    cards = Cards(tmp_path)
    with cards.held("cuda:1", told=pytest.fail), cards.held("cuda", shared=True, told=pytest.fail):
        pass


def test_runs_of_one_process_share_a_card_and_keep_it_until_the_last_ends(tmp_path):
    cards, others, told = Cards(tmp_path), Cards(tmp_path), []
    entered = threading.Event()

    def run():
        with others.held("cuda", told=told.append):
            entered.set()

    with cards.held("cuda"):
        with cards.held("cuda"):
            pass
        waiting = threading.Thread(target=run)
        waiting.start()
        assert not entered.wait(0.5)
    assert entered.wait(30)
    waiting.join()
    assert told


def test_where_no_lock_can_be_made_a_run_goes_on(tmp_path):
    place = tmp_path / "a file"
    place.write_text("")
    with Cards(place).held("cuda", told=pytest.fail):
        pass


def test_a_link_is_not_followed(tmp_path):
    target = tmp_path / "precious"
    target.write_text("kept")
    os.symlink(target, tmp_path / "cuda-0.lock")
    with Cards(tmp_path).held("cuda", told=pytest.fail):
        assert target.read_text() == "kept"
