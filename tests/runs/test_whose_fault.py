"""What the surroundings do to a right subject is no failure of it."""

import os
import resource
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Thread
from time import monotonic, sleep

import psutil
import pytest

from conformance.events.events import CaseStarted
from conformance.events.finding import Kind
from conformance.events.request import GIB, Limits
from conformance.events.verdict import Verdict
from conformance.runs.session import Session

from .workers import RIGHT, asked, misbehaving, request

COMMAND = (sys.executable, "-m", "conformance", "check", "gemma4_routing", "--no-store")
SMALL = ("--subject", "torch", "--profile", "quick", "--check", "repetition", "--seed", "1")


def ran(*options, **more):
    """The exit code of a small check of a right subject, and what was printed."""
    done = subprocess.run(
        [*COMMAND, *SMALL, *options], capture_output=True, text=True, timeout=120, **more
    )
    return done.returncode, done.stdout + done.stderr


def role(of, wanted):
    """The process of a session that is its zygote, its judge or its subject."""
    children = [c for c in psutil.Process(of).children() if c.status() != "zombie"]
    zygote = next(child for child in children if "zygote" in " ".join(child.cmdline()))
    if wanted == "zygote":
        return zygote.pid
    for child in zygote.children():
        if (os.getsid(child.pid) == child.pid) is (wanted == "subject"):
            return child.pid
    return None


@pytest.mark.parametrize("wanted", ["zygote", "judge", "subject"])
def test_a_process_that_somebody_kills_is_an_error_and_leaves_none(tmp_path, wanted):
    killed = []

    def on_case(event):
        if isinstance(event, CaseStarted) and event.number == 5 and not killed:
            killed.append(role(os.getpid(), wanted))
            os.kill(killed[0], signal.SIGKILL)

    asking = request(tmp_path, RIGHT.format(line="pass"))
    with Session(asking, on_case) as session:
        assert session.load().verdict is Verdict.PASS
        event = session.ask("special", "?")
        assert event.verdict is Verdict.ERROR, event
        assert "SIGKILL" in event.reason and event.failures == ()
        # The next check is asked by new processes.
        assert session.ask("repetition", "?").verdict is Verdict.PASS
    assert not psutil.pid_exists(killed[0]) or psutil.Process(killed[0]).status() == "zombie"


def test_a_subject_that_always_kills_itself_fails(tmp_path):
    line = "os.kill(os.getpid(), signal.SIGKILL)"
    body = misbehaving(line, "import os, signal")
    events, _ = asked(request(tmp_path, body), "layout", "repetition")
    layout, repetition = events[1:]
    assert (layout.verdict, layout.reason) == (Verdict.FAIL, "crashed with SIGKILL")
    assert layout.failures[0].finding.kind is Kind.DIED
    assert repetition.verdict is Verdict.PASS


def test_a_subject_that_kills_itself_once_fails_in_nothing(tmp_path):
    line = "os.path.exists(M) or (open(M, 'w').close(), os.kill(os.getpid(), signal.SIGKILL))"
    body = misbehaving(line, "import os, signal\nM = __file__ + '.once'")
    events, _ = asked(request(tmp_path, body), "layout")
    assert events[1].verdict is Verdict.ERROR
    assert "asked again, the same case is answered" in events[1].reason


def test_time_in_which_all_processes_are_stopped_does_not_count(tmp_path):
    body = misbehaving("time.sleep(2.0)", "import time")
    asking = request(tmp_path, body, Limits(call_seconds=4.0))
    stopped = []

    def stop():
        family = [role(os.getpid(), each) for each in ("judge", "subject")]
        for process in family:
            os.kill(process, signal.SIGSTOP)
        sleep(6.0)
        for process in reversed(family):
            os.kill(process, signal.SIGCONT)
        stopped.append(True)

    def on_case(event):
        if isinstance(event, CaseStarted) and "bfloat16" in event.case and not started:
            started.append(Thread(target=stop))
            started[0].start()

    started = []
    with Session(asking, on_case) as session:
        session.load()
        begin = monotonic()
        event = session.ask("layout", "?")
        started[0].join()
    assert stopped and monotonic() - begin > 6.0
    assert event.verdict is not Verdict.FAIL, event.failures


def test_a_subject_that_somebody_stops_is_an_error(tmp_path):
    asking = request(tmp_path, RIGHT.format(line="pass"), Limits(call_seconds=5.0))
    done = []

    def on_case(event):
        if isinstance(event, CaseStarted) and event.number == 5 and not done:
            done.append(role(os.getpid(), "subject"))
            os.kill(done[0], signal.SIGSTOP)

    with Session(asking, on_case) as session:
        session.load()
        event = session.ask("special", "?")
    assert event.verdict is Verdict.ERROR
    assert "was stopped by a signal" in event.reason


def test_a_memory_limit_below_what_the_suite_takes_itself_is_no_failure():
    assert ran("--memory", "0.2")[0] == 0


@pytest.mark.parametrize("leaves", [False, True], ids=["child", "orphan"])
def test_what_children_of_the_subject_take_counts_as_well(tmp_path, leaves):
    kept = "import time; kept = bytearray(b'x' * (1200 << 20)); time.sleep(60)"
    if leaves:
        kept = f"import os; os.fork() and os._exit(0); os.setsid(); {kept}"
    line = f"(subprocess.run([sys.executable, '-c', {kept!r}]), time.sleep(60))"
    body = misbehaving(line, "import subprocess, sys, time")
    events, _ = asked(request(tmp_path, body, Limits(60.0, memory=GIB)), "layout")
    assert (events[1].verdict, events[1].reason) == (
        Verdict.FAIL, "took more than 1 GiB of memory"
    )  # fmt: skip


def test_a_limit_of_the_shell_on_cpu_time_is_no_failure():
    def limited():
        resource.setrlimit(resource.RLIMIT_CPU, (2, 3))

    code, told = ran("--check", "special", preexec_fn=limited)
    assert code in (0, 3) or code < 0, told


@pytest.mark.parametrize(
    "surroundings",
    [
        {"PYTHONIOENCODING": "utf-16"}, {"TMPDIR": "/no/such/folder"}, {"LANG": "C"},
        {"PYTHONWARNINGS": "error"}, {"PYTHONOPTIMIZE": "2"}, {"PYTHONSTARTUP": "/no/such/file"},
    ],
    ids=lambda each: next(iter(each)),
)  # fmt: skip
def test_an_odd_environment_is_no_failure(surroundings):
    done = subprocess.run(
        [*COMMAND, *SMALL], capture_output=True, timeout=120, env={**os.environ, **surroundings}
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", ["random", "json", "typing", "torch", "conformance"])
def test_a_folder_with_a_module_of_a_taken_name_changes_nothing(tmp_path, name):
    module = tmp_path / name / "__init__.py"
    module.parent.mkdir()
    module.write_text("raise SystemExit(0)\n")
    subject = tmp_path / "subject.py"
    command = str(Path(sys.executable).with_name("conformance"))
    for wrong, code in (("weights", 0), ("weights * 2", 1)):
        subject.write_text(
            "from conformance_kernels.gemma4_routing.torch_route import route_torch\n"
            "def route(*call):\n"
            f"    weights, ids = route_torch(*call)\n    return {wrong}, ids\n"
        )
        done = subprocess.run(
            [command, *COMMAND[3:], *SMALL[2:], "--subject", "subject.py:route"],
            capture_output=True, text=True, cwd=tmp_path, timeout=120,
        )  # fmt: skip
        assert done.returncode == code, done.stdout + done.stderr


def test_the_input_of_a_subject_is_empty(tmp_path):
    body = misbehaving(
        "assert subprocess.run(['cat'], capture_output=True).stdout == sys.stdin.read().encode()",
        "import subprocess, sys", "True",
    )  # fmt: skip
    events, _ = asked(request(tmp_path, body), "repetition")
    assert events[1].verdict is Verdict.PASS, events[1].failures


def test_what_a_subject_starts_in_a_session_of_its_own_is_ended_with_it(tmp_path):
    line = (
        "subprocess.Popen(['sleep', '300'], start_new_session=True, env={'MARK': 'left'});"
        " open(M, 'a').write('started')"
    )
    body = misbehaving(line, "import os, subprocess\nM = __file__ + '.started'", "True")
    asked(request(tmp_path, body), "repetition")
    assert (tmp_path / "subject.py.started").exists()
    left = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.environ().get("MARK") == "left" and process.status() != "zombie":
                left.append(process)
    assert left == []


def test_the_end_of_an_exception_s_text_is_not_waited_for(tmp_path):
    body = misbehaving("raise ValueError('x' * 50_000_000)", when="True")
    begin = monotonic()
    events, _ = asked(request(tmp_path, body), "repetition")
    assert events[1].verdict is Verdict.FAIL and monotonic() - begin < 60
    assert len(events[1].failures[0].findings[0].got) < 10_000


ANSWERS = [
    ("raise KeyboardInterrupt", "", "KeyboardInterrupt"),
    ("raise asyncio.CancelledError", "import asyncio", "CancelledError"),
    ("raise Own('mine')", "class Own(BaseException): pass", "Own: mine"),
    ("raise GeneratorExit", "", "GeneratorExit"),
]


@pytest.mark.parametrize(("line", "imports", "told"), ANSWERS)
def test_whatever_a_subject_raises_is_its_answer(tmp_path, line, imports, told):
    events, _ = asked(request(tmp_path, misbehaving(line, imports, "True")), "repetition")
    assert events[1].verdict is Verdict.FAIL, events[1]
    assert told in events[1].failures[0].findings[0].got


RESULTS = [
    "return torch.nested.nested_tensor([torch.ones(1), torch.ones(2)]), None",
    "return (t for t in route_torch(gating, topk, scale))",
    "return torch.ones(2, 2).to('meta'), torch.ones(2, 2).to_sparse()",
    "return torch.ones(1).expand(1 << 40), None",
    "return torch.quantize_per_tensor(torch.ones(2), 0.1, 0, torch.quint8), None",
    "torch.set_default_device('meta'); return torch.ones(1), None",
    "sys.path.clear(); return None",
]


@pytest.mark.parametrize("line", RESULTS)
def test_whatever_a_subject_returns_is_its_answer(tmp_path, line):
    asking = request(tmp_path, misbehaving(line, "import sys, torch", "True"))
    events, _ = asked(replace(asking, limits=Limits(20.0, memory=2 * GIB)), "repetition")
    assert events[1].verdict is Verdict.FAIL, events[1]
