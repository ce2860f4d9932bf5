"""Documents beside the text: where they go, and what of them shares standard output."""

import json
from xml.etree import ElementTree

import pytest

from conformance.cli.main import main
from conformance.reports.json_log import as_json

from ..reports.documents.runs import FAILING, PASSING

FORMATS = ("github", "markdown", "html", "sarif", "junit", "json")


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "log.json"
    path.write_text(as_json(FAILING))
    return str(path)


@pytest.fixture(autouse=True)
def no_workflow(monkeypatch):
    for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "GITHUB_WORKSPACE"):
        monkeypatch.delenv(name, raising=False)


def reads(wanted, text):
    """Whether a text is a document of this format."""
    match wanted:
        case "github":
            return text.startswith("::error ")
        case "markdown":
            return text.startswith("### ❌ Conformance: ")
        case "html":
            return text.startswith("<!DOCTYPE html>") and text.endswith("</html>\n")
        case "sarif":
            return json.loads(text)["version"] == "2.1.0"
        case "junit":
            return ElementTree.fromstring(text).tag == "testsuites"
    return json.loads(text)["format"] == 2


@pytest.mark.parametrize("wanted", FORMATS)
def test_a_document_goes_to_its_file_and_the_text_to_standard_output(wanted, log, tmp_path, capsys):
    path = tmp_path / "document"
    assert main(["report", log, "--format", f"{wanted}={path}"]) == 1
    out, err = capsys.readouterr()
    assert "cause 1 of 3: ids: ids outside the range" in out and err == ""
    assert reads(wanted, path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("wanted", [name for name in FORMATS if name != "github"])
def test_without_a_file_it_is_all_that_standard_output_gets(wanted, log, capsys):
    assert main(["report", log, "--format", wanted]) == 1
    out, err = capsys.readouterr()
    assert reads(wanted, out)
    assert "cause 1 of 3: ids: ids outside the range" in err


def test_annotations_stand_below_the_text(log, capsys):
    main(["report", log, "--format", "github"])
    out, err = capsys.readouterr()
    lines = out.splitlines()
    assert "cause 1 of 3: ids: ids outside the range" in lines and err == ""
    assert [line.split(" ")[0] for line in lines[-3:]] == ["::error", "::error", "::warning"]


def test_on_a_runner_the_text_is_kept_from_giving_commands(log, tmp_path, capsys, monkeypatch):
    summary = tmp_path / "summary.md"
    summary.write_text("what was there\n")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    main(["report", log, "--format", "github"])
    lines = capsys.readouterr().out.splitlines()
    token = lines[0].removeprefix("::stop-commands::")
    assert len(token) == 32
    end = lines.index(f"::{token}::")
    assert not any(line.lstrip().startswith("::") for line in lines[1:end])
    assert all(line.startswith(("::error ", "::warning ")) for line in lines[end + 1 :])
    assert summary.read_text().startswith("what was there\n### ❌ Conformance: not conformant")


def test_several_documents_at_once(log, tmp_path, capsys):
    words = ["report", log, "--json", str(tmp_path / "a"), "--junit", str(tmp_path / "b")]
    words += ["--format", f"html={tmp_path / 'c'}", "--format", "github", "--format", "markdown"]
    assert main(words) == 1
    for wanted, name in (("json", "a"), ("junit", "b"), ("html", "c")):
        assert reads(wanted, (tmp_path / name).read_text(encoding="utf-8"))
    assert reads("markdown", capsys.readouterr().out)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--format", "htlm"], "no format 'htlm'; did you mean"),
        (["--format", "html", "--format", "sarif"], "html and sarif cannot share standard output"),
        (["--format", "html", "--format", "html"], "--format html is said twice without a file"),
        (["--format", "html=x", "--json", "x"], "--format and --json both name x: name two files"),
        (["--format", "html=x", "--format", "sarif=x"], "--format both name x: name two files"),
        (["--format", "html="], "'' is no file to write: give a path"),
    ],
)
def test_mistakes_are_told_on_one_line(words, told, log, capsys):
    try:
        code = main(["report", log, *words])
    except SystemExit as end:
        code = end.code
    assert code == 2
    assert told in capsys.readouterr().err.splitlines()[-1]


def test_a_run_that_passes_annotates_nothing(tmp_path, capsys):
    path = tmp_path / "log.json"
    path.write_text(as_json(PASSING))
    assert main(["report", str(path), "--format", "github"]) == 0
    assert "::" not in capsys.readouterr().out
