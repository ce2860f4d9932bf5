"""``file.py:name`` and what may follow it."""

import sys

import pytest

from conformance.catalogue.objects import SubjectBroken, SubjectNotFound, check_place, load_object

TEXT = """
from types import SimpleNamespace
def route(): return "routed"
def make(): return route
def refuse(): raise RuntimeError("no licence")
def unprintable(): raise LookupError("not a missing name")
TABLE = {"a": route, "1": "text", "x-y": make, 2: "two"}
ROUTES = [make, route]
NESTED = SimpleNamespace(table=TABLE)
class Kernel:
    def __call__(self): return "called"
    @staticmethod
    def route(): return "static"
"""


@pytest.fixture
def place(tmp_path):
    path = tmp_path / "subject.py"
    path.write_text(TEXT)
    return str(path)


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("route", "routed"),
        ("make()", "routed"),
        ("TABLE[a]", "routed"),
        ("TABLE['a']", "routed"),
        ("TABLE[x-y]()", "routed"),
        ("ROUTES[1]", "routed"),
        ("ROUTES[-1]", "routed"),
        ("NESTED.table[a]", "routed"),
        ("Kernel()", "called"),
        ("Kernel.route", "static"),
        ("Kernel().route", "static"),
    ],
)
def test_a_path_leads_to_its_object(place, name, answer):
    assert load_object(f"{place}:{name}")() == answer


def test_keys_are_tried_as_text_first(place):
    assert load_object(f"{place}:TABLE[1]") == "text"
    assert load_object(f"{place}:TABLE[2]") == "two"


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("nothing", "has no 'nothing'"),
        ("Kernel.nothing", r"no \.nothing in 'Kernel.nothing'"),
        ("TABLE[b]", r"no \[b\]"),
        ("ROUTES[9]", r"no \[9\]"),
        ("route[0]", "route"),
        ("make(1)", r"cannot read '\(1\)'"),
        ("route.", r"cannot read '\.'"),
        ("", "names no object"),
        ("()", r"has no '\(\)'"),
    ],
)
def test_what_is_not_there_is_not_found(place, name, complaint):
    with pytest.raises(SubjectNotFound, match=complaint):
        load_object(f"{place}:{name}")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("/nowhere/subject.py:route", "no file /nowhere/subject.py"),
        ("no_such_package.module:route", "no module no_such_package"),
        ("json.no_such:route", "no module json.no_such"),
        ("subject.py", "write FILE.py:NAME or MODULE:NAME"),
    ],
)
def test_a_file_or_module_that_is_not_there_is_not_found(text, complaint):
    with pytest.raises(SubjectNotFound, match=complaint):
        load_object(text)


def test_what_raises_while_it_is_called_is_broken(place):
    with pytest.raises(SubjectBroken, match=r"RuntimeError: no licence \(line 5 of .*subject.py\)"):
        load_object(f"{place}:refuse()")


def test_a_lookup_error_of_the_subject_s_own_is_no_missing_name(place):
    with pytest.raises(SubjectBroken, match="not a missing name"):
        load_object(f"{place}:unprintable()")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("raise KeyError('x')", "KeyError"),
        ("def route(", "SyntaxError"),
        ("import sys; sys.exit(3)", "SystemExit: 3"),
        ("import no_such_dependency", "No module named 'no_such_dependency'"),
    ],
)
def test_a_file_that_does_not_import_is_broken(tmp_path, text, complaint):
    (tmp_path / "broken.py").write_text(text)
    with pytest.raises(SubjectBroken, match=complaint):
        load_object(f"{tmp_path}/broken.py:route")


def test_ctrl_c_is_not_the_subject_s_fault(tmp_path):
    (tmp_path / "slow.py").write_text("raise KeyboardInterrupt")
    with pytest.raises(KeyboardInterrupt):
        load_object(f"{tmp_path}/slow.py:route")


def test_a_file_may_import_its_neighbours(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", list(sys.path))
    (tmp_path / "neighbour_of_it.py").write_text("VALUE = 3")
    (tmp_path / "subject.py").write_text("from neighbour_of_it import VALUE")
    assert load_object(f"{tmp_path}/subject.py:VALUE") == 3


def test_files_of_one_name_in_two_folders_are_two_modules(tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "subject.py").write_text(f"NAME = {folder!r}")
    found = [load_object(f"{tmp_path}/{folder}/subject.py:NAME") for folder in "ab"]
    assert found == ["a", "b"]


def test_a_place_is_checked_without_an_import(tmp_path):
    (tmp_path / "broken.py").write_text("1 / 0")
    check_place(f"{tmp_path}/broken.py:route")
    check_place("no_such_module:route")
    with pytest.raises(SubjectNotFound):
        check_place(f"{tmp_path}/missing.py:route")


def test_modules_are_named_too():
    import json

    assert load_object("json:dumps") is json.dumps
    assert load_object("os.path:join")("a", "b") == "a/b"
