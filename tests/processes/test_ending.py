"""How a process ended, and whether that was its own doing."""

import resource
import signal
import subprocess
import sys

import pytest

from conformance.processes import ending
from conformance.processes.ending import ending_of, signal_name


def status_of(code):
    """The wait status of a Python process with this code."""
    process = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL)
    code = process.wait()
    return -code if code < 0 else code << 8


@pytest.mark.parametrize(
    ("code", "how"),
    [
        ("import os; os._exit(7)", "ended the process with exit code 7"),
        ("pass", "ended the process with exit code 0"),
        ("import ctypes; ctypes.string_at(0)", "crashed with SIGSEGV"),
        ("import os; os.abort()", "crashed with SIGABRT"),
    ],
)
def test_what_only_a_process_itself_can_do_is_its_own(code, how):
    found = ending_of(status_of(code))
    assert (found.how, found.own, found.outside) == (how, True, "")


@pytest.mark.parametrize("number", ["SIGKILL", "SIGTERM", "SIGHUP", "SIGUSR1", "SIGRTMIN"])
def test_a_signal_that_anybody_may_send_is_nobody_s(number):
    code = f"import os, signal; os.kill(os.getpid(), signal.{number})"
    found = ending_of(status_of(code))
    assert (found.how, found.own, found.outside) == (
        f"crashed with {signal_name(getattr(signal, number))}", False, ""
    )  # fmt: skip


def test_a_limit_of_the_shell_is_named(monkeypatch):
    monkeypatch.setattr(resource, "getrlimit", lambda limit: (3, 3))
    for number in (signal.SIGXCPU, signal.SIGKILL):
        found = ending_of(int(number))
        assert not found.own and "ulimit" in found.outside


def test_a_machine_without_memory_is_named():
    found = ending_of(int(signal.SIGKILL), killed_for_memory=1)
    assert not found.own and "no memory left" in found.outside
    assert ending_of(int(signal.SIGSEGV), killed_for_memory=1).own


def test_the_system_s_count_of_processes_that_it_killed_is_read():
    assert ending.kills_for_memory() >= 0


def test_signals_without_a_name_have_one():
    assert signal_name(signal.SIGRTMIN + 3) == "SIGRTMIN+3"
    assert signal_name(9) == "SIGKILL"
