"""Every signal ends a command with whole reports and no process left; a second one at once."""

import json
import os
import signal
import subprocess
import sys

import psutil
import pytest
from junitparser import JUnitXml

from ..stateful.package import install
from .started import DOUBLE, RIGHT, SLOW, WAITS, Started, files, until

REPORTS = ["--json", "a.json", "--junit", "a.xml"]
INTERRUPTED = (3, "conformance: interrupted\n")
LEFT_ALONE = {
    "SIGKILL", "SIGSTOP", "SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGCONT", "SIGCHLD", "SIGWINCH",
    "SIGURG", "SIGSEGV", "SIGBUS", "SIGFPE", "SIGILL", "SIGPIPE", "SIGXFSZ",
}  # fmt: skip
"""The last two Python ignores: a write that fails says so."""
ENDING = sorted(
    signal.valid_signals() - {getattr(signal, name) for name in LEFT_ALONE}, key=int
)  # fmt: skip
SOME = ["SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM", "SIGUSR1", "SIGALRM", "SIGXCPU", "SIGRTMIN"]
HANGS = "import os, time\nopen('called', 'w').close()\ntime.sleep(600)\n"


def reports(folder, checks=("load",)):
    """The verdict and whether it is complete, as the log says; the JUnit report has the checks."""
    document = json.loads((folder / "a.json").read_text())
    found = [case.name for suite in JUnitXml.fromfile(str(folder / "a.xml")) for case in suite]
    assert found == list(checks)
    assert not list(folder.glob("*.part"))
    return document["verdict"], document["complete"]


@pytest.mark.parametrize("number", ENDING, ids=str)
def test_every_signal_that_can_be_caught_ends_a_command(tmp_path, number):
    (tmp_path / "hangs.py").write_text(HANGS)
    with Started(tmp_path, "describe", "hangs.py:OPERATOR") as command:
        code, _, error = command.wait_for().send(number).ended()
    assert (code, error) == INTERRUPTED


@pytest.mark.parametrize("name", SOME)
def test_a_check_that_a_signal_ends_leaves_whole_reports_and_no_process(tmp_path, name):
    with Started(files(tmp_path), *WAITS, *REPORTS) as command:
        code, out, error = command.wait_for().send(getattr(signal, name)).ended()
    assert (code, error) == INTERRUPTED
    assert "broken off; could not be decided (NOT_RUN)" in out
    assert reports(tmp_path) == ("NOT_RUN", False)


def test_many_signals_in_quick_succession_are_one(tmp_path):
    burst = [signal.SIGHUP, signal.SIGTERM, signal.SIGINT, signal.SIGQUIT, signal.SIGUSR1] * 4
    with Started(files(tmp_path), *WAITS, *REPORTS) as command:
        code, _, error = command.wait_for().send(*burst).ended()
    assert (code, error) == INTERRUPTED
    assert reports(tmp_path) == ("NOT_RUN", False)


def test_signals_that_come_while_python_shuts_down_change_no_exit_code(tmp_path):
    late = "import atexit, os, signal\n"
    late += "for n in signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1:\n"
    late += "    atexit.register(os.kill, os.getpid(), n)\n"
    (tmp_path / "hangs.py").write_text(late + HANGS)
    with Started(tmp_path, "describe", "hangs.py:OPERATOR") as command:
        code, _, error = command.wait_for().send(signal.SIGINT).ended()
    assert (code, error) == INTERRUPTED
    (tmp_path / "late.py").write_text(late)
    with Started(tmp_path, "describe", "late.py:OPERATOR") as command:
        assert command.ended()[0] == 2


def test_what_failed_before_the_signal_is_told(tmp_path):
    files(tmp_path)
    with open(tmp_path / "slow.py", "a") as file:
        told = "open('a.json').read().count('CheckFinished') > 1"
        file.write(f"\ndef late(x):\n    return slow(x) if {told} else 3 * x\n")
    words = ["check", *DOUBLE, "--check", "values", "--check", "sizes"]
    with Started(tmp_path, *words, "--subject", "slow.py:late", *REPORTS) as command:
        code, _, _ = command.wait_for().send(signal.SIGTERM).ended()
    assert code == 3
    assert reports(tmp_path, ["load", "values"]) == ("FAIL", False)


def test_a_family_that_a_signal_ends_leaves_whole_reports_and_no_process(tmp_path):
    environment = {"PYTHONPATH": str(install(tmp_path))}
    words = ["check", "toys", "--profile", "quick", "--no-store", "--subject", "toys:sleeping"]
    words += ["--check", "values", "--jobs", "2", *REPORTS]
    burst = [signal.SIGQUIT, signal.SIGTERM, signal.SIGHUP]
    with Started(tmp_path, *words, environment=environment) as command:
        command.wait_for("calls")
        # The second operator may be the first to call; what is told of the first comes first.
        until(lambda: (tmp_path / "calls").read_text().count("\n") == 2, "both operators")
        until(lambda: "CheckFinished" in (tmp_path / "a.json").read_text(), "what is told")
        code, _, error = command.send(*burst).ended()
    assert (code, error) == INTERRUPTED
    assert reports(tmp_path) == ("NOT_RUN", False)


def test_a_replay_that_a_signal_ends_leaves_no_process(tmp_path):
    line = "double@values@N=8,x=float32/normal/dense,seed=7"
    words = ["replay", line, "--operator", "op.py:DOUBLE", "--subject", "slow.py:slow"]
    with Started(files(tmp_path), *words) as command:
        code, _, error = command.wait_for().send(signal.SIGUSR2).ended()
    assert (code, error) == INTERRUPTED


INSISTS = """
import time
import conformance.runs.run as run

def close(*anything):
    open("ending", "w").close()
    time.sleep(600)

run.Session.__exit__ = close
from conformance.cli.main import main
raise SystemExit(main())
"""


def test_a_second_signal_ends_a_command_that_hangs_while_it_ends(tmp_path):
    command = [sys.executable, "-c", INSISTS]
    with Started(files(tmp_path), *WAITS, *REPORTS, command=command) as started:
        started.wait_for().send(signal.SIGINT).wait_for("ending")
        # A wish of its own is one that comes later; until then it is sent again.
        until(lambda: started.send(signal.SIGINT).process.poll() is not None, "the end")
        code, _, error = started.ended()
    assert (code, error) == (3, "conformance: ended at once; reports hold what was known\n")
    assert json.loads((tmp_path / "a.json").read_text())["complete"] is False


def test_a_signal_that_is_ignored_stays_ignored(tmp_path):
    nohup = ["sh", "-c", 'trap "" HUP; exec "$@"', "sh", sys.executable, "-m", "conformance"]
    with Started(files(tmp_path), *WAITS, command=nohup) as command:
        command.wait_for().send(signal.SIGHUP)
        status = f"/proc/{command.process.pid}/status"
        with open(status) as file:
            (ignored,) = [line.split()[1] for line in file if line.startswith("SigIgn")]
        assert int(ignored, 16) >> (signal.SIGHUP - 1) & 1
        assert command.process.poll() is None
        assert command.send(signal.SIGTERM).ended()[0] == 3


def test_a_command_that_is_stopped_goes_on(tmp_path):
    text = "\ndef waits(x):\n    import os, time\n    open('called', 'w').close()\n"
    text += "    while not os.path.exists('go'): time.sleep(0.01)\n    return 2 * x\n"
    (files(tmp_path) / "waits.py").write_text(text)
    words = ["check", *DOUBLE, "--check", "values", "--subject", "waits.py:waits", *REPORTS]
    # The system stops no process of a group whose parents are all gone or of another session.
    with Started(tmp_path, *words, process_group=0) as command:
        process = command.wait_for().send(signal.SIGTSTP).process
        until(lambda: psutil.Process(process.pid).status() == psutil.STATUS_STOPPED, "the stop")
        (tmp_path / "go").touch()
        code, _, error = command.send(signal.SIGCONT).ended()
    assert (code, error) == (0, "")
    assert reports(tmp_path, ["load", "values"]) == ("PASS", True)


def test_signals_that_end_nothing_end_nothing(tmp_path):
    numbers = [signal.SIGCHLD, signal.SIGWINCH, signal.SIGURG, signal.SIGCONT, signal.SIGPIPE]
    with Started(files(tmp_path), *WAITS, *REPORTS) as command:
        command.wait_for().send(*numbers)
        assert command.process.poll() is None
        command.send(signal.SIGTERM).ended()


def test_a_process_that_left_its_session_is_ended_by_a_run_that_ends_well(tmp_path):
    calls = SLOW.replace("def slow(", "def leaves(").replace("time.sleep(600)", "return 2 * x")
    (files(tmp_path) / "leaves.py").write_text(calls)
    words = ["check", *DOUBLE, "--check", "values", "--subject", "leaves.py:leaves"]
    with Started(tmp_path, *words) as command:
        assert command.ended()[0] in (0, 1)


def test_a_signal_ends_a_command_whose_output_nobody_reads(tmp_path):
    read, write = os.pipe()
    os.set_blocking(write, False)
    with pytest.raises(BlockingIOError):
        while True:
            os.write(write, b"x" * 4096)
    os.set_blocking(write, True)
    with Started(files(tmp_path), *RIGHT, *REPORTS, stdout=write) as command:
        os.close(write)
        until(lambda: _sleeps_in_poll(command.process.pid), "the full pipe")
        code, _, _ = command.send(signal.SIGTERM).ended()
    os.close(read)
    assert code in (0, 3)
    assert json.loads((tmp_path / "a.json").read_text())["verdict"] in ("PASS", "NOT_RUN")


def _sleeps_in_poll(number):
    with open(f"/proc/{number}/wchan") as file:
        return "poll" in file.read()


def test_a_job_in_the_background_is_not_stopped_by_its_terminal(tmp_path):
    front, terminal = os.openpty()
    subprocess.run(["stty", "tostop"], stdin=terminal, check=True)
    shell = (
        "import os, sys, subprocess, fcntl, termios\n"
        "fcntl.ioctl(0, termios.TIOCSCTTY, 0)\n"
        "job = subprocess.Popen(sys.argv[1:], process_group=0)\n"
        "raise SystemExit(job.wait())\n"
    )
    with Started(
        files(tmp_path), sys.executable, "-m", "conformance", *RIGHT, *REPORTS,
        command=[sys.executable, "-c", shell], stdin=terminal, stdout=terminal, stderr=terminal,
        start_new_session=True,
    ) as job:  # fmt: skip
        os.close(terminal)
        assert job.process.wait(timeout=60) == 0
    os.close(front)
    assert reports(tmp_path, ["load", "values"]) == ("PASS", True)


LOSES = """
import os, time

def lost():
    try:
        open("called", "w").close()
        time.sleep(600)
    except BaseException:
        open("lost", "w").close()

lost()
time.sleep(600)
"""


def test_a_signal_that_foreign_code_loses_is_raised_again(tmp_path):
    (tmp_path / "hangs.py").write_text(LOSES)
    with Started(tmp_path, "describe", "hangs.py:OPERATOR") as command:
        # The second one is the same wish, which must not make the command forget the first.
        command.wait_for().send(signal.SIGTERM, signal.SIGTERM).wait_for("lost")
        code, _, error = command.ended()
    assert (code, error) == INTERRUPTED


OTHER_THREAD = """
import signal, threading, time

def gets_it():
    time.sleep(0.3)
    signal.pthread_kill(threading.get_ident(), signal.SIGTERM)

threading.Thread(target=gets_it, daemon=True).start()
time.sleep(600)
"""


def test_a_signal_that_another_thread_gets_reaches_the_one_that_waits(tmp_path):
    (tmp_path / "hangs.py").write_text(OTHER_THREAD)
    with Started(tmp_path, "describe", "hangs.py:OPERATOR") as command:
        code, _, error = command.ended()
    assert (code, error) == INTERRUPTED
