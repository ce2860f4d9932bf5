"""A signal ends a session of pytest once, with its reports, and leaves no process."""

import signal
import subprocess
import sys
from time import monotonic, sleep

import pytest
from junitparser import JUnitXml

from ..cli.started import Started, files, until

PYTEST = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--conformance-operator"]
VALUES = ["op.py:DOUBLE", "--conformance-subject", "slow.py:slow", "--conformance-profile", "quick",
          "-k", "values or beside", "--junit-xml", "a.xml"]  # fmt: skip
INTERRUPTED = pytest.ExitCode.INTERRUPTED
BESIDE = """
import signal

def test_beside():
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1):
        assert signal.getsignal(number) == signal.SIG_DFL
"""
AFTER = """
import signal

def pytest_sessionfinish():
    numbers = signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGALRM
    usual = all(signal.getsignal(number) == signal.SIG_DFL for number in numbers)
    if usual and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        open("usual", "w").close()
"""


@pytest.mark.parametrize(
    "names",
    [
        ["SIGTERM"],
        ["SIGHUP"],
        ["SIGQUIT"],
        ["SIGALRM"],
        ["SIGINT", "SIGINT", "SIGTERM", "SIGHUP", "SIGINT"],
    ],
    ids=" ".join,
)
def test_signals_end_a_session_with_its_report_and_leave_no_process(tmp_path, names):
    with Started(files(tmp_path), *VALUES, command=PYTEST) as session:
        numbers = [getattr(signal, name) for name in names]
        code, out, _ = session.wait_for().send(*numbers).ended()
    assert code == INTERRUPTED and "Interrupted" in out
    assert JUnitXml.fromfile(str(tmp_path / "a.xml")) is not None


def test_a_session_of_several_processes_ends_by_a_signal_and_leaves_none(tmp_path):
    with Started(files(tmp_path), *VALUES, "-n", "2", command=PYTEST) as session:
        code, _, _ = session.wait_for().send(signal.SIGTERM).ended()
    assert code == INTERRUPTED


def test_a_second_signal_ends_a_session_that_hangs_while_it_ends(tmp_path):
    hang = "import time\ndef pytest_keyboard_interrupt():\n"
    hang += "    open('ending', 'w').close()\n    time.sleep(600)\n"
    (files(tmp_path) / "conftest.py").write_text(hang)
    with Started(tmp_path, *VALUES, command=PYTEST) as session:
        session.wait_for().send(signal.SIGTERM).wait_for("ending")
        until(lambda: session.send(signal.SIGTERM).process.poll() is not None, "the end")
        assert session.ended()[0] == INTERRUPTED


def test_signals_are_left_alone_before_and_after_a_subject(tmp_path):
    (files(tmp_path) / "test_beside.py").write_text(BESIDE)
    (tmp_path / "conftest.py").write_text(AFTER)
    words = [word.replace("slow.py:slow", "op.py:right") for word in VALUES]
    with Started(tmp_path, *words, command=PYTEST) as session:
        code, out, _ = session.ended()
    assert code == 0 and "2 passed" in out
    assert (tmp_path / "usual").exists()


def test_a_session_that_is_terminated_leaves_no_process(pytester):
    pytester.makepyfile(
        subject="import os, time\n"
        "open('pid', 'w').write(str(os.getpid()))\n"
        "def route(*call):\n    open('called', 'w').close()\n    time.sleep(600)\n"
    )
    session = subprocess.Popen(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-k", "values",
         "--conformance-subject", "subject.py:route"],
        cwd=pytester.path, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    end = monotonic() + 60
    while not (pytester.path / "called").exists() and monotonic() < end:
        sleep(0.05)
    session.send_signal(signal.SIGTERM)
    assert session.wait(timeout=30) == pytest.ExitCode.INTERRUPTED
    worker = (pytester.path / "pid").read_text()
    done = subprocess.run(["ps", "-o", "stat=", "-p", worker], capture_output=True, text=True)
    assert done.stdout.strip() in ("", "Z", "Zs")
