"""Pieces of work run beside the process that adds them, and end with it."""

import os
import signal
import subprocess
import sys
from time import monotonic, sleep

import pytest

from conformance.targets.beside import NICE, Beside


@pytest.fixture
def lines(tmp_path):
    """Writes lines into a file, and reads all that are there."""
    path = tmp_path / "lines"
    path.touch()

    class Lines:
        def write(self, text):
            with path.open("a") as file:
                file.write(f"{text}\n")

        def read(self):
            return path.read_text().splitlines()

    return Lines()


def until(holds, seconds=30):
    end = monotonic() + seconds
    while not holds() and monotonic() < end:
        sleep(0.01)
    assert holds()


def test_it_is_busy_until_every_piece_has_ended(tmp_path):
    beside = Beside()
    assert not beside.busy()
    beside.add(lambda: until((tmp_path / "end").exists))
    beside.add(lambda: None)
    assert beside.busy()
    (tmp_path / "end").touch()
    until(lambda: not beside.busy())


def test_pieces_run_at_the_same_time(lines):
    beside = Beside()

    def meets(number):
        def work():
            lines.write(f"begin {number}")
            until(lambda: len(lines.read()) >= 3)
            lines.write(f"end {number}")

        return work

    for number in range(3):
        beside.add(meets(number))
    beside.wait()
    begun, ended = lines.read()[:3], lines.read()[3:]
    assert sorted(begun) == ["begin 0", "begin 1", "begin 2"]
    assert sorted(ended) == ["end 0", "end 1", "end 2"]


def test_nobody_waits_for_a_piece_that_is_added():
    holds, goes_on = os.pipe()
    beside = Beside()
    beside.add(lambda: None)  # descriptors of this process are closed in pieces
    begin = monotonic()
    beside.add(lambda: sleep(1))
    assert monotonic() - begin < 0.9
    beside.wait()
    assert monotonic() - begin >= 1
    os.close(holds)
    os.close(goes_on)


def test_what_a_piece_raises_or_prints_is_lost(lines, capfd):
    def work():
        print("printed")
        os.write(1, b"written")
        raise KeyError("raised")

    beside = Beside()
    beside.add(work)
    beside.wait()
    beside.add(lambda: lines.write("next"))
    beside.wait()
    assert lines.read() == ["next"] and capfd.readouterr() == ("", "")


def test_a_piece_that_is_killed_holds_up_no_other(lines):
    beside = Beside()
    beside.add(lambda: os.kill(os.getpid(), signal.SIGKILL))
    beside.add(lambda: lines.write("next"))
    beside.wait()
    assert lines.read() == ["next"]


def test_pieces_that_are_stopped_end(lines):
    def long():
        lines.write("begun")
        sleep(60)
        lines.write("ended")

    beside = Beside()
    beside.add(long)
    beside.add(long)
    until(lambda: lines.read() == ["begun", "begun"])
    begin = monotonic()
    beside.stop()
    assert monotonic() - begin < 30 and lines.read() == ["begun", "begun"]
    beside.add(lambda: lines.write("later"))
    beside.wait()
    assert lines.read() == ["begun", "begun", "later"]


def test_pieces_stand_back_and_hold_nothing_of_this_process(lines):
    ended, ends = os.pipe()
    here = os.nice(0)

    def work():
        lines.write(os.nice(0))
        try:
            os.fstat(ends)
        except OSError:
            lines.write("closed")

    beside = Beside()
    beside.add(work)
    os.close(ends)
    assert os.read(ended, 1) == b""  # whoever waits for the end of this process is not held up
    beside.wait()
    os.close(ended)
    assert lines.read() == [str(min(19, here + NICE)), "closed"]


def test_ended_pieces_are_forgotten_when_others_are_added():
    beside = Beside()
    beside.add(lambda: None)
    (first,) = beside._processes
    until(lambda: _is_zombie(first))
    beside.add(lambda: None)
    assert first not in beside._processes
    with pytest.raises(ChildProcessError):
        os.waitpid(first, 0)
    beside.wait()


def test_pieces_end_with_the_process_that_added_them(tmp_path):
    program = f"""
import os, time
from conformance.targets.beside import Beside

def work():
    open({str(tmp_path / "here")!r}, "w").write(str(os.getpid()))
    time.sleep(60)

beside = Beside()
beside.add(work)
while not os.path.exists({str(tmp_path / "here")!r}):
    time.sleep(0.01)
os._exit(0)
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
    number = int((tmp_path / "here").read_text() or 0)
    until(lambda: not os.path.exists(f"/proc/{number}") or _is_zombie(number))


def _is_zombie(process):
    with open(f"/proc/{process}/stat") as file:
        return file.read().rpartition(")")[2].split()[0] == "Z"
