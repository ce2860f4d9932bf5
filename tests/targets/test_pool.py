"""Jobs in processes of their own."""

import gc
import os
import signal
import sys
import time

import pytest

from conformance.targets.pool import Died, run


def _work(job, printed):
    if job == "segfault":
        os.kill(os.getpid(), signal.SIGSEGV)
    if job == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if job == "exits":
        os._exit(3)
    if job == "leaves a process":
        if not os.fork():
            time.sleep(8)
            os._exit(0)
        os.kill(os.getpid(), signal.SIGSEGV)
    if job == "collects":
        gc.collect()
    if job == "hangs":
        time.sleep(600)
    print(f"said {job}")
    os.write(2, b"and this")
    return f"{job}: {printed().split()}"


def _results(jobs, workers=2, seconds=60.0):
    return dict(run(jobs, _work, workers, seconds))


def _children():
    with open(f"/proc/self/task/{os.getpid()}/children") as file:
        return set(file.read().split())


def test_each_job_has_its_answer_and_hears_what_it_printed():
    answers = _results(["a", "b", "c", "d", "e"])
    assert answers[3] == "d: ['said', 'd', 'and', 'this']"
    assert sorted(answers) == [0, 1, 2, 3, 4]


def test_nothing_of_it_reaches_the_own_output(capfd):
    _results(["a", "b"])
    assert capfd.readouterr() == ("", "")


def test_a_job_that_kills_its_process_is_blamed_and_the_others_go_on():
    answers = _results(["a", "segfault", "b", "exits", "c"], workers=1)
    assert answers[1] == Died("died of SIGSEGV")
    assert answers[3] == Died("ended with 3")
    assert [answers[place][0] for place in (0, 2, 4)] == ["a", "b", "c"]


def test_a_job_that_leaves_a_process_behind_is_blamed_at_once():
    start = time.monotonic()
    answers = _results(["leaves a process", "a"], workers=1)
    assert answers[0] == Died("died of SIGSEGV")
    assert answers[1].startswith("a:")
    assert time.monotonic() - start < 7


def test_no_finaliser_of_the_parent_runs_in_a_job():
    class Waits:
        def __init__(self):
            self.itself = self

        def __del__(self):
            if os.getpid() != parent:
                time.sleep(600)

    parent = os.getpid()
    gc.disable()
    try:
        Waits()
        answers = _results(["collects"], seconds=20.0)
    finally:
        gc.enable()
    assert answers[0] == "collects: ['said', 'collects', 'and', 'this']"


def test_a_signal_from_outside_is_told_apart():
    assert _results(["killed"])[0] == Died("died of SIGKILL", from_outside=True)


def test_a_job_has_a_limit():
    start = time.monotonic()
    answers = _results(["hangs", "a"], workers=1, seconds=1.0)
    assert answers[0] == Died("was not done after 1 s")
    assert answers[1].startswith("a:")
    assert time.monotonic() - start < 30


@pytest.mark.skipif(sys.platform != "linux", reason="reads the children of a process from /proc")
def test_no_process_is_left_even_if_nobody_wants_the_rest():
    before = _children()
    answers = run(["a", "hangs", "hangs"], _work, 3, 60.0)
    next(answers)
    answers.close()
    assert _children() == before
