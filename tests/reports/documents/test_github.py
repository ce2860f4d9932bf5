"""Annotations on GitHub: a command for each cause, at the line that a reviewer looks at."""

import re
from dataclasses import replace

from conformance.events.events import CheckFinished, Failure
from conformance.events.finding import Finding
from conformance.events.verdict import Verdict
from conformance.reports.documents.github import as_github

from .runs import FAILING, PASSING, hostile, run_of


def unescaped(text):
    for code, character in (("%0A", "\n"), ("%0D", "\r"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, character)
    return text


def commands(events):
    lines = as_github(events).splitlines()
    found = []
    for line in lines:
        name, properties, message = re.fullmatch(r"::(\w+) ([^:]*)::(.*)", line).groups()
        pairs = dict(pair.split("=", 1) for pair in properties.split(","))
        found.append((name, {k: unescaped(v) for k, v in pairs.items()}, unescaped(message)))
    return found


def test_a_command_for_each_cause_and_none_for_a_run_that_passes():
    assert as_github(PASSING) == ""
    found = commands(FAILING)
    assert [name for name, _, _ in found] == ["error", "error", "warning"]
    assert [told["title"] for _, told, _ in found] == [
        "gemma4_routing: ids", "gemma4_routing: weights", "gemma4_routing: arguments",
    ]  # fmt: skip
    what, when, seen, replay = found[0][2].split("\n")
    assert what == "ids: ids outside the range"
    assert when == "whenever E is no multiple of 32 (31 fails, 32 passes)"
    assert seen == "seen in 288 cases of 2 checks: values 144, sizes 144"
    assert replay.startswith("conformance replay gemma4_routing route@values@T=1,")


def test_a_file_of_the_repository_is_named_and_no_other(tmp_path, monkeypatch):
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path / "repo"))
    (tmp_path / "repo" / "src").mkdir(parents=True)
    kernel = tmp_path / "repo" / "src" / "my kernel,1.py"
    kernel.write_text("")
    (tmp_path / "outside.py").write_text("")
    finding = Finding("x", "out of bounds", line=f"{kernel}:12")

    def told(finding, origin):
        failure = Failure("", (finding,))
        event = CheckFinished("bounds", "?", Verdict.FAIL, failures=(failure,))
        ((_, properties, _),) = commands(run_of([event], Verdict.FAIL, origin=origin))
        return properties.get("file"), properties.get("line")

    assert told(finding, "nowhere.py:3") == ("src/my kernel,1.py", "12")
    plain = replace(finding, line="")
    assert told(plain, "src/my kernel,1.py:3") == ("src/my kernel,1.py", "3")
    assert told(plain, f"{tmp_path / 'outside.py'}:3") == (None, None)
    assert told(plain, "../outside.py:3") == (None, None)
    assert told(plain, "gone.py:3") == (None, None)


def test_text_of_strangers_starts_no_command_and_ends_no_property():
    text = as_github(hostile())
    assert len(text.splitlines()) == 2
    for line in text.splitlines():
        assert line.startswith("::error title=") and line.count("\n") == 0
    (_, properties, message), _ = commands(hostile())
    assert set(properties) == {"title"} and "::set-env name=A::b %0A @all" in message


def test_a_working_folder_that_is_gone_breaks_nothing(tmp_path, monkeypatch):
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    folder = tmp_path / "gone"
    folder.mkdir()
    monkeypatch.chdir(folder)
    folder.rmdir()
    assert [name for name, _, _ in commands(FAILING)] == ["error", "error", "warning"]
