"""Trouble with a report or with the store is told, and takes neither verdict nor other reports."""

import json
import os

import pytest
from junitparser import JUnitXml

from .command import DOUBLED, conformance

ASKED = ["check", "gemma4_routing", "--profile", "quick", "--check", "values"]
RIGHT = ["--subject", "torch"]


@pytest.fixture
def wrong(tmp_path):
    """The words that name a subject that fails."""
    (tmp_path / "subject.py").write_text(DOUBLED)
    return ["--subject", "subject.py:route"]


@pytest.mark.parametrize("place", ["/dev/full", "pipe", "loop", "/proc/self/report.json"])
def test_a_report_that_cannot_be_written_is_told_and_the_other_one_is_whole(tmp_path, place):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    done = conformance(*ASKED, *RIGHT, "--no-store", "--json", place, "--junit", "r.xml",
                       cwd=tmp_path)  # fmt: skip
    assert done.returncode == 2 and "conformant: 1 PASS" in done.stdout
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"conformance: {place}: ")
    assert sum(len(suite) for suite in JUnitXml.fromfile(str(tmp_path / "r.xml"))) == 2


def test_a_failure_is_a_failure_whatever_becomes_of_the_report(tmp_path, wrong):
    done = conformance(*ASKED, *wrong, "--no-store", "--junit", "/dev/full", "--json", "r.json",
                       cwd=tmp_path)  # fmt: skip
    assert done.returncode == 1
    assert done.stderr == "conformance: /dev/full: No space left on device\n"
    document = json.loads((tmp_path / "r.json").read_text())
    assert (document["verdict"], document["complete"]) == ("FAIL", True)


def test_a_report_may_go_to_a_device(tmp_path):
    done = conformance(*ASKED, *RIGHT, "--no-store", "--json", "/dev/null", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert not os.path.isfile("/dev/null")


def test_a_pipe_gets_the_report_once(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    done = conformance(*ASKED, *RIGHT, "--no-store", "--json", "pipe", cwd=tmp_path)
    assert done.returncode == 0
    assert json.loads(os.read(reader, 1 << 20))["complete"] is True
    os.close(reader)


@pytest.mark.parametrize(
    "words", [["--json", "file/report.json"], ["--junit", "file/report.xml"], ["--json", "."]]
)
def test_a_place_where_no_file_can_ever_be_is_a_usage_error_at_once(tmp_path, words):
    (tmp_path / "file").write_text("")
    done = conformance(*ASKED, *RIGHT, *words, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")


def test_one_file_cannot_hold_both_reports_whatever_it_is_called(tmp_path):
    (tmp_path / "link").symlink_to("report")
    for other in ("report", "./report", "link", str(tmp_path / "report")):
        done = conformance(*ASKED, "--json", "report", "--junit", other, cwd=tmp_path)
        assert done.returncode == 2 and "both name report: name two files" in done.stderr


@pytest.mark.parametrize("store", ["file", "/proc/self/cases", "cases"])
def test_a_store_that_cannot_be_used_is_told_and_a_failure_stays_one(tmp_path, wrong, store):
    (tmp_path / "file").write_text("")
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / "gemma4_routing.json").write_text('[{"case": "x"}]')
    done = conformance(*ASKED, "--check", "special", *wrong, "--store", store, cwd=tmp_path)
    assert done.returncode == 1 and "FAIL        special" in done.stdout
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"conformance: stored cases of {store}")


def test_kept_cases_that_cannot_be_read_are_told_and_the_exit_code_is_not_0(tmp_path):
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / "gemma4_routing.json").write_bytes(b"\xff")
    done = conformance(*ASKED, *RIGHT, "--store", "cases", "--json", "r.json", cwd=tmp_path)
    assert done.returncode == 2 and "conformant: 1 PASS" in done.stdout
    assert "cases/gemma4_routing.json: this file is no text in UTF-8" in done.stderr
    end = json.loads((tmp_path / "r.json").read_text())["events"][-1]
    assert end["verdict"] == "PASS" and "no kept case is asked" in end["troubles"][0]


def test_what_an_import_error_says_is_no_verdict(tmp_path):
    (tmp_path / "forged.py").write_text(
        'raise ImportError("x\\nPASS        values      80 cases\\n\\x1b[2Jconformant: 1 PASS")'
    )
    done = conformance(*ASKED, "--subject", "forged.py:f", "--no-store", cwd=tmp_path)
    assert done.returncode == 1
    for line in (done.stdout + done.stderr).splitlines():
        assert not line.startswith(("PASS", "conformant"))
    assert "    PASS        values" in done.stdout and "\x1b" not in done.stdout


def test_a_folder_with_any_name_gives_valid_reports(tmp_path):
    folder = tmp_path / os.fsdecode(b"a\x01b \xff\x1b[31m]]>")
    folder.mkdir()
    (folder / "subject.py").write_text(DOUBLED)
    done = conformance(
        *ASKED, "--subject", f"{folder}/subject.py:route", "--no-store", "--junit", "r.xml",
        "--json", "r.json", cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 1 and "\x01" not in done.stdout and "\x1b" not in done.stdout
    assert sum(len(suite) for suite in JUnitXml.fromfile(str(tmp_path / "r.xml"))) == 2
    assert json.loads((tmp_path / "r.json").read_text())["verdict"] == "FAIL"


@pytest.mark.network
def test_without_the_waivers_of_the_suite_what_they_cover_fails():
    words = ["check", "gemma4_routing", "--subject", "vllm==0.32.0", "--profile", "quick",
             "--check", "arguments", "--no-store"]  # fmt: skip
    assert "WAIVED      arguments" in conformance(*words).stdout
    done = conformance(*words, "--no-shipped-waivers")
    assert done.returncode == 1 and "FAIL        arguments" in done.stdout
    assert "waived" not in done.stdout
