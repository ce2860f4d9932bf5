"""``check --watch``: rounds on every save, driven through a pipe as any editor's terminal would."""

import re
import signal
import threading
from contextlib import contextmanager

import pytest

from .command import conformance
from .started import Started, files, until

WATCH = ["check", "op.py:DOUBLE", "--subject", "mine.py:double", "--profile", "quick", "--watch",
         "--check", "values", "--check", "bounds"]  # fmt: skip
RIGHT = "def double(x):\n    return 2 * x\n"
WRONG = "def double(x):\n    return 3 * x\n"
BROKEN = "def double(x:\n"
SLOW = """
import time
def double(x):
    open("called", "w").close()
    time.sleep(600)
"""


class Watched:
    """A command that watches, and the lines that it has printed."""

    def __init__(self, started):
        self.started, self.lines = started, []
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.started.process.stdout:
            self.lines.append(line.rstrip())

    def told(self, text, count=1):
        """Wait until so many lines hold a text; they are returned."""

        def found():
            held = [line for line in self.lines if text in line]
            return held if len(held) >= count else None

        return until(found, f"{count} lines with {text!r} in {self.lines}", 100)

    def save(self, text, name="mine.py"):
        (self.started.folder / name).write_text(text)

    def interrupt(self):
        self.started.send(signal.SIGINT)
        return self.started.ended()


@contextmanager
def watched(folder, text, *words):
    (files(folder) / "mine.py").write_text(text)
    with Started(folder, *WATCH, "--no-store", *words) as started:
        yield Watched(started)


def test_every_save_is_a_round_and_the_last_verdict_is_the_exit_code(tmp_path):
    with watched(tmp_path, WRONG) as watch:
        (last,) = watch.told("last verdict")
        assert re.fullmatch(
            r"watching 3 files; last verdict FAIL \(values(, bounds)?\): "
            r"first verdict \d+\.\d s, all \d+\.\d s; Ctrl-C ends",
            last,
        )
        watch.save(RIGHT)
        assert "last verdict PASS: " in watch.told("last verdict", 2)[1]
        rounds = watch.told("=== round", 2)
        assert rounds[0].endswith(": watching") and rounds[1].endswith(": mine.py changed")
        code, _, error = watch.interrupt()
    assert (code, error) == (0, "")


def test_what_failed_is_asked_first(tmp_path):
    writes = "def double(x):\n    y = 2 * x\n    x.zero_() if len(x) else None\n    return y\n"
    words = ["--check", "purity"]
    with watched(tmp_path, writes, *words) as watch:
        watch.told("last verdict")
        watch.save(writes + "\n")
        watch.told("last verdict", 2)
        start = [n for n, line in enumerate(watch.lines) if line.startswith("=== round")]
        asked = [
            [line.split()[1] for line in part if line.startswith(("PASS ", "FAIL "))]
            for part in (watch.lines[: start[1]], watch.lines[start[1] :])
        ]
        code, _, _ = watch.interrupt()
    assert asked[0] == ["load", "values", "bounds", "purity"]
    assert asked[1] == ["load", "purity", "values", "bounds"]
    assert code == 1


def test_a_syntax_error_is_told_and_waited_out(tmp_path):
    with watched(tmp_path, BROKEN) as watch:
        (last,) = watch.told("last verdict")
        assert "FAIL (load)" in last
        assert any("SyntaxError" in line and "mine.py, line 1" in line for line in watch.lines)
        watch.save(RIGHT)
        assert "last verdict PASS" in watch.told("last verdict", 2)[1]
        assert watch.interrupt()[0] == 0


def test_a_save_in_the_middle_of_a_round_begins_anew(tmp_path):
    with watched(tmp_path, SLOW) as watch:
        watch.started.wait_for("called")
        watch.save(RIGHT)
        watch.told("broken off: mine.py changed")
        assert "last verdict PASS" in watch.told("last verdict")[0]
        assert watch.interrupt()[0] == 0


def test_a_change_of_the_contract_counts_and_a_broken_one_is_waited_out(tmp_path):
    with watched(tmp_path, RIGHT) as watch:
        watch.told("last verdict PASS")
        contract = (tmp_path / "op.py").read_text()
        watch.save(contract.replace("2 * x.double()", "4 * x.double()"), "op.py")
        assert "FAIL" in watch.told("last verdict", 2)[1]
        watch.save("DOUBLE = (", "op.py")
        watch.told("nothing could be asked")
        watch.save(contract, "op.py")
        assert "last verdict PASS" in watch.told("last verdict", 4)[3]
        assert watch.interrupt()[0] == 0


def test_a_new_file_beside_the_subject_counts_and_others_do_not(tmp_path):
    helped = "from helper import TWO\n\n\ndef double(x):\n    return TWO * x\n"
    with watched(tmp_path, helped) as watch:
        assert "FAIL (load)" in watch.told("last verdict")[0]
        watch.save("not Python", "notes.txt")
        watch.save("TWO = 2\n", "helper.py")
        watch.told("helper.py changed")
        assert "last verdict PASS" in watch.told("last verdict", 2)[1]
        assert not any("notes.txt" in line for line in watch.lines)
        watch.interrupt()


def test_ctrl_c_ends_at_once_in_the_middle_of_a_call(tmp_path):
    with watched(tmp_path, SLOW) as watch:
        watch.started.wait_for("called")
        code, _, _ = watch.interrupt()
    assert code == 3  # nothing was decided yet


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["check", "gemma4_routng", "--watch"], "did you mean gemma4_routing?"),
        (["check", "gemma4_routing", "--watch", "--list-checks"], "choose one"),
        (["check", "gemma4_routing", "--watch", "--changed-since", "HEAD"], "choose one"),
        (["check", "gemma4_routing", "--watch", "--subject", "no.py:f"], "no file no.py"),
    ],
)
def test_what_is_no_work_in_progress_is_a_usage_error(words, said, tmp_path):
    done = conformance(*words, cwd=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr and len(done.stderr.splitlines()) == 1
