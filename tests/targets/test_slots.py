"""Several pools have so many processes together as there are slots."""

import os
import signal
import subprocess
import sys
import threading
from time import monotonic, sleep

import pytest

from conformance.targets import pool
from conformance.targets.beside import Beside
from conformance.targets.slots import Slots


@pytest.fixture
def slots(tmp_path):
    return Slots(tmp_path / "slots", 2)


def test_there_are_so_many(slots):
    taken = [slots.take(wait=False) for _ in range(3)]
    assert None not in taken[:2] and taken[2] is None
    os.close(taken[0])
    again = slots.take(wait=False)
    assert again is not None and slots.take(wait=False) is None
    os.close(again)
    os.close(taken[1])


def test_whoever_waits_gets_the_next_that_is_free(slots):
    first, second = slots.take(wait=True), slots.take(wait=True)
    later = threading.Timer(0.2, os.close, [first])
    later.start()
    begin = monotonic()
    third = slots.take(wait=True)
    assert monotonic() - begin > 0.1
    later.join()
    os.close(second)
    os.close(third)


def test_a_slot_is_free_once_its_process_is_killed(slots, tmp_path):
    program = f"""
import time
from pathlib import Path
from conformance.targets.slots import Slots
slots = Slots(Path({str(tmp_path / "slots")!r}), 2)
held = [slots.take(wait=True), slots.take(wait=True)]
print("held", flush=True)
time.sleep(60)
"""
    holder = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
    assert holder.stdout.readline() == b"held\n"
    assert slots.take(wait=False) is None
    holder.send_signal(signal.SIGKILL)
    holder.communicate()
    slot = slots.take(wait=False)
    assert slot is not None
    os.close(slot)


def test_pools_in_several_processes_share_them(slots, tmp_path):
    def work(job, printed):
        mine = tmp_path / f"{os.getpid()}"
        mine.touch()
        sleep(0.05)
        together = len(list(tmp_path.glob("[0-9]*")))
        (tmp_path / f"seen-{job}-{together}").touch()
        mine.unlink()
        return "done"

    def compile_some(first):
        return lambda: list(pool.run(range(first, first + 8), work, 8, 60, slots))

    beside = Beside()
    for first in (0, 100, 200):
        beside.add(compile_some(first))
    beside.wait()
    seen = [path.name.split("-")[1:] for path in tmp_path.glob("seen-*")]
    assert sorted(int(job) for job, _ in seen) == [f + n for f in (0, 100, 200) for n in range(8)]
    assert max(int(together) for _, together in seen) == 2


def test_a_worker_that_dies_loses_no_slot(slots):
    def work(job, printed):
        if job < 4:
            os._exit(3)
        return "done"

    ended = dict(pool.run(range(6), work, 2, 60, slots))
    assert [ended[n] for n in (4, 5)] == ["done", "done"]
    assert all(isinstance(ended[n], pool.Died) for n in range(4))
    taken = [slots.take(wait=False) for _ in range(2)]
    assert None not in taken
    for slot in taken:
        os.close(slot)


def test_slots_are_wanted_by_so_many(slots):
    assert slots.wanting() == 0
    first, second = slots.want(), slots.want()
    assert slots.wanting() == 2
    first.end()
    assert slots.wanting() == 1
    second.end()
    assert slots.wanting() == 0


def test_who_is_killed_wants_nothing(slots, tmp_path):
    program = f"""
import time
from pathlib import Path
from conformance.targets.slots import Slots
wanting = Slots(Path({str(tmp_path / "slots")!r}), 2).want()
print("wants", flush=True)
time.sleep(60)
"""
    holder = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
    assert holder.stdout.readline() == b"wants\n" and slots.wanting() == 1
    holder.send_signal(signal.SIGKILL)
    holder.communicate()
    assert slots.wanting() == 0


def test_pools_that_want_slots_share_them(tmp_path):
    """One that came first gives some up, between two jobs."""
    slots = Slots(tmp_path / "slots", 4)

    def work(name):
        def job(job, printed):
            mine = tmp_path / f"{name}-{os.getpid()}"
            mine.touch()
            sleep(0.1)
            counts = [len(list(tmp_path.glob(f"{each}-*"))) for each in ("first", "second")]
            mine.unlink()
            return f"{name} {counts[0]} {counts[1]}"

        return job

    def written(name, jobs):
        answers = [line for _, line in pool.run(range(jobs), work(name), 4, 60, slots)]
        (tmp_path / f"{name}.txt").write_text("\n".join(answers))

    beside = Beside()
    beside.add(lambda: written("first", 60))
    sleep(0.6)
    beside.add(lambda: written("second", 20))
    beside.wait()
    second = [line.split() for line in (tmp_path / "second.txt").read_text().splitlines()]
    # The second one got its half although the first one had all.
    assert max(int(own) for _, _, own in second) == 2
    assert sorted(int(own) for _, _, own in second)[len(second) // 2] == 2
    first = [line.split() for line in (tmp_path / "first.txt").read_text().splitlines()]
    assert max(int(own) for _, own, _ in first) == 4


def test_a_patient_pool_begins_nothing_while_another_one_has_jobs_to_begin(slots, tmp_path):
    def noted(name):
        def work(job, printed):
            with (tmp_path / "begun").open("a") as file:
                file.write(f"{name}\n")
            sleep(0.1)
            return "done"

        return work

    def compiles(name, patient):
        return lambda: list(pool.run(range(8), noted(name), 2, 60, slots, patient))

    wanting = slots.want()
    beside = Beside()
    beside.add(compiles("patient", True))
    sleep(0.5)
    assert not (tmp_path / "begun").exists()
    beside.add(compiles("first", False))
    end = monotonic() + 30
    while not (tmp_path / "begun").exists() and monotonic() < end:
        sleep(0.01)
    wanting.end()
    beside.wait()
    begun = (tmp_path / "begun").read_text().split()
    assert sorted(begun) == ["first"] * 8 + ["patient"] * 8
    # The last of the first are still at work when they have no more jobs to begin.
    assert begun[:8] == ["first"] * 8


def test_a_patient_pool_stands_back_between_two_jobs(slots, tmp_path):
    def work(job, printed):
        (tmp_path / f"job-{job}").touch()
        sleep(0.05)
        return "done"

    answers = pool.run(range(6), work, 1, 60, slots, patient=True)
    assert next(answers)[1] == "done"
    wanting = slots.want()
    later = threading.Timer(0.5, wanting.end)
    later.start()
    begin = monotonic()
    assert [answer for _, answer in answers] == ["done"] * 5
    # The job that was begun goes on; the next ones wait.
    assert monotonic() - begin > 0.4
    later.join()
