"""``conformance releases``: a table, told and written, and an exit code: is it whole?"""

import json
import os

import pytest
from conformance_kernels.rbln_attention.names import FAMILY
from conformance_kernels.rbln_attention.releases.released import VERSIONS

from conformance.cli.commands import releases as releases_command
from conformance.cli.main import main
from conformance.events.events import CheckFinished, Failure
from conformance.events.finding import Finding
from conformance.events.request import Limits
from conformance.events.verdict import Verdict
from conformance.runs.releases import Cell
from conformance.wheels.errors import ReleaseUnavailable
from conformance.wheels.wheels import fetch

from ..stateful.package import install
from .command import conformance

FOUND = Failure("", (Finding("file", "is not as it was"),))


@pytest.fixture
def filled(monkeypatch):
    """Have tables filled with these verdicts instead of asking; returns what was to be filled."""
    asked = []

    def install(*verdicts):
        def fill_in(table, jobs, on_release):
            asked.append((table, jobs))
            (first, *_), operator = table.releases, next(iter(table.operators))
            cells = [
                Cell(first, operator, "values", CheckFinished("values", "?", v, reason="why",
                     failures=(FOUND,) if v is Verdict.FAIL else ()), "emulated: an npu")
                for v in verdicts
            ]  # fmt: skip
            on_release(first, cells)
            return cells

        monkeypatch.setattr(releases_command, "fill_in", fill_in)
        monkeypatch.setattr(releases_command, "later", lambda package, version: [])
        return asked

    return install


@pytest.mark.parametrize(
    ("verdicts", "code", "last"),
    [
        ([Verdict.PASS], 0, "1 cells, 0 FAIL, 0 could not be decided"),
        ([Verdict.FAIL, Verdict.PASS], 0, "2 cells, 1 FAIL, 0 could not be decided"),
        ([Verdict.UNSUPPORTED, Verdict.PASS], 0, "2 cells, 0 FAIL, 0 could not be decided"),
        ([Verdict.ERROR, Verdict.FAIL], 3, "2 cells, 1 FAIL, 1 could not be decided"),
        ([Verdict.NOT_RUN], 3, "1 cells, 0 FAIL, 1 could not be decided"),
    ],
)
def test_the_exit_code_says_whether_every_cell_was_decided(filled, capsys, verdicts, code, last):
    filled(*verdicts)
    assert main(["releases", "rbln_attention"]) == code
    assert capsys.readouterr().out.splitlines()[-1] == last


def test_every_release_of_every_operator_is_asked_unless_told_otherwise(filled):
    asked = filled(Verdict.PASS)
    main(["releases", "rbln_attention", "--jobs", "3", "--call-seconds", "7"])
    table, jobs = asked[0]
    assert (table.package, table.releases) == ("vllm-rbln", VERSIONS)
    assert tuple(table.operators) == FAMILY and jobs == 3
    assert table.aspects[:2] == ("values", "cache") and "index-dtype" in table.aspects
    assert table.limits == Limits(call_seconds=7.0)


def test_releases_and_aspects_are_chosen_in_the_table_s_order(filled):
    asked = filled(Verdict.PASS)
    choice = ["--release", "0.12.0", "--release", "0.10.0", "--aspect", "cache"]
    main(["releases", FAMILY[0], *choice])
    assert (asked[0][0].releases, asked[0][0].aspects) == (("0.10.0", "0.12.0"), ("cache",))
    assert tuple(asked[0][0].operators) == FAMILY[:1]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["nothing"], "no operator 'nothing'; known: generation, rbln_"),
        (["gemma4_routing"], "gemma4_routing names no releases to make a table of"),
        (["rbln_attention", "--release", "9.9"], "no release 9.9; known: 0.10.0, 0.10.1"),
        (["rbln_attention", "--aspect", "speed"], "no aspect speed; known: values, cache"),
        (["rbln_attention", "--json", "/dev/null/x.json"], "/dev/null"),
    ],
)
def test_what_does_not_exist_is_told_on_one_line(filled, capsys, words, complaint):
    filled(Verdict.PASS)
    assert main(["releases", *words]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("conformance: ") and complaint in line


@pytest.mark.parametrize("command", [["releases", "o"], ["check", "o"]])
@pytest.mark.parametrize("jobs", ["0", "-1", "many"])
def test_jobs_are_a_number_above_zero(command, jobs, capsys):
    with pytest.raises(SystemExit) as end:
        main([*command, "--jobs", jobs])
    assert end.value.code == 2 and "--jobs" in capsys.readouterr().err


def test_the_table_is_written_as_json_too(filled, tmp_path, capsys):
    filled(Verdict.FAIL)
    assert main(["releases", FAMILY[0], "--json", str(tmp_path / "deep" / "table.json")]) == 0
    document = json.loads((tmp_path / "deep" / "table.json").read_text())
    assert [cell["verdict"] for cell in document["cells"]] == ["FAIL"]
    assert "vllm-rbln==0.10.0 emulated: 1 FAIL\n" in capsys.readouterr().out


def test_a_release_that_the_table_does_not_know_yet_is_named(filled, monkeypatch, tmp_path, capsys):
    filled(Verdict.PASS)
    asked = []
    monkeypatch.setattr(releases_command, "later", lambda *call: asked.append(call) or ["9.1"])
    assert main(["releases", "rbln_attention", "--json", str(tmp_path / "table.json")]) == 0
    assert asked == [("vllm-rbln", VERSIONS[-1])]
    assert capsys.readouterr().out.splitlines()[-2] == "not in the table: vllm-rbln 9.1"
    assert json.loads((tmp_path / "table.json").read_text())["newer"] == ["9.1"]
    main(["releases", "rbln_attention", "--release", VERSIONS[-1]])
    assert len(asked) == 1 and "not in the table" not in capsys.readouterr().out


def test_that_the_index_cannot_be_asked_is_said(filled, monkeypatch, capsys):
    filled(Verdict.PASS)

    def unreachable(package, version):
        raise ReleaseUnavailable(package, version, "the package index cannot be reached")

    monkeypatch.setattr(releases_command, "later", unreachable)
    assert main(["releases", "rbln_attention"]) == 0
    line = capsys.readouterr().out.splitlines()[-2]
    assert line.endswith("after the table's, the package index cannot be reached")


def test_a_release_is_asked_in_a_process_of_its_own(tmp_path):
    toys = install(tmp_path)
    done = conformance(
        "releases", "toys", "--release", "3.0", "--json", "table.json",
        cwd=toys, env={**os.environ, "PYTHONPATH": str(toys)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "toys==3.0 emulated, source: 6 PASS, 1 FAIL, 1 UNSUPPORTED"
    assert lines[-1] == "8 cells, 1 FAIL, 0 could not be decided"
    assert "again   conformance releases toy_b --release 3.0 --aspect files" in done.stdout
    assert len(json.loads((toys / "table.json").read_text())["cells"]) == 8


@pytest.mark.network
def test_a_released_operator_is_asked(tmp_path):
    try:
        fetch("vllm-rbln", "0.12.0")
    except ReleaseUnavailable as error:
        pytest.skip(f"UNSUPPORTED: {error.reason}")
    done = conformance(
        "releases", FAMILY[0], "--release", "0.12.0", "--aspect", "bounds", "--json",
        tmp_path / "table.json",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    (cell,) = json.loads((tmp_path / "table.json").read_text())["cells"]
    assert (cell["release"], cell["operator"]) == ("0.12.0", FAMILY[0])
    assert cell["mode"].startswith("emulated: ") and cell["cases"] > 0
