"""``replay`` asks one case of the operator that the command names, whatever the line says."""

import pytest

from conformance.case import Case
from conformance.catalogue.operators import find_operator
from conformance.cli.main import main
from conformance.inputs.usual import usual_case

from .command import conformance

OPERATOR = """
from dataclasses import replace
from conformance.catalogue.operators import find_operator
{act}
FOUND = find_operator("rms_norm")
OP = replace(FOUND, contract=replace(FOUND.contract, name="{name}"))
"""


@pytest.fixture
def line():
    """A case of ``rms_norm``, as the suite prints it."""
    return str(usual_case(find_operator("rms_norm").contract, "values"))


def replayed(*words, capsys):
    code = main(["replay", *words])
    (told,) = capsys.readouterr().err.splitlines()
    return code, told


@pytest.mark.parametrize(
    "place", ["{folder}/op.py:OP", "op.py:OP", "op:OP", "os:abort()", "op", "../op.py:OP"]
)
def test_a_line_alone_never_names_a_file_or_a_module(place, tmp_path, monkeypatch, line, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    act = "open('ran', 'w')"
    (tmp_path / "op.py").write_text(OPERATOR.format(act=act, name="op"))
    place = place.format(folder=tmp_path)
    code, told = replayed(line.replace("rms_norm", place), capsys=capsys)
    assert code == 2 and told.startswith("conformance: ")
    assert not (tmp_path / "ran").exists()


def test_an_operator_that_is_not_installed_is_asked_for_before_the_case(line, capsys):
    code, told = replayed(line.replace("rms_norm", "mine"), capsys=capsys)
    assert code == 2
    assert "no installed operator 'mine'" in told and "replay FILE.py:NAME CASE" in told


@pytest.mark.parametrize("words", [["gemma4_routing"], ["--operator", "gemma4_routing"]])
def test_a_line_of_another_contract_than_the_operator_s_is_refused(words, line):
    done = conformance("replay", *words, line)
    assert done.returncode == 2
    told = "the case is one of rms_norm, and operator gemma4_routing has the contract"
    assert told in done.stderr


def test_two_operators_are_one_too_many(line, capsys):
    code, told = replayed("rms_norm", line, "--operator", "gemma4_routing", capsys=capsys)
    assert code == 2 and "'rms_norm' and 'gemma4_routing': name one operator" in told


@pytest.mark.parametrize(
    "words", [["{line}"], ["rms_norm", "{line}"], ["--operator", "rms_norm", "{line}"],
              ["op.py:OP", "{named}"]],
    ids=["the line alone", "operator and line", "as an option", "operator in a file"],
)  # fmt: skip
def test_an_operator_that_the_command_names_is_asked(words, tmp_path, line):
    (tmp_path / "op.py").write_text(OPERATOR.format(act="", name="op"))
    named = line.replace("rms_norm", "op")
    done = conformance("replay", *(w.format(line=line, named=named) for w in words), cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "PASS        values" in done.stdout


def test_a_case_that_asks_for_too_much_is_refused_with_the_limit(line):
    large = Case.parse(line)
    leading = next(name for name, size in large.axes.items() if isinstance(size, tuple))
    large = large.with_axes(**{leading: (1 << 30, 1 << 10)})
    done = conformance("replay", str(large))
    assert done.returncode == 3
    assert "it asks for a tensor of" in done.stdout and "8589934592 are the limit" in done.stdout
