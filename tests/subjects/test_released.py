"""Released packages: every distribution is tried, and what is missing has a type."""

from dataclasses import replace

import pytest
from conformance_kernels.gemma4_routing.contract import CONTRACT

from conformance.catalogue.objects import SubjectBroken, SubjectNotFound
from conformance.contract import Operator, Release
from conformance.subjects.released import SubjectUnavailable, load_installed
from conformance.subjects.stand_in import StandInUsed
from conformance.subjects.subject import load_subject
from conformance.wheels import unpack, wheels
from conformance.wheels.errors import (
    CircularModules,
    FileNotInRelease,
    ReleaseNotFound,
    ReleaseUnavailable,
)

RELEASE = Release("tiny", ("tiny-cpu", "tiny"), "tiny/ops.py", "route", "tiny_no_such.ops")
OPERATOR = Operator(CONTRACT, {}, (RELEASE,))


@pytest.fixture
def index(tmp_path, monkeypatch):
    """Maps a distribution to the text of the file, or to the error; ``asked`` lists requests."""
    contents, asked = {}, []

    def fetch_files(distribution, version, files):
        asked.append((distribution, version))
        content = contents.get(distribution, ReleaseNotFound(distribution, version, ["1.1"]))
        if isinstance(content, Exception):
            raise content
        place = tmp_path / distribution / "ops.py"
        place.parent.mkdir()
        place.write_text(content)
        return dict.fromkeys(files, place)

    def unpacked_file(distribution, version, file):
        place = tmp_path / distribution / file
        return place if place.is_file() else None

    monkeypatch.setattr(wheels, "fetch_files", fetch_files)
    monkeypatch.setenv("CONFORMANCE_CACHE", str(tmp_path))
    monkeypatch.setattr(unpack, "unpacked_file", unpacked_file)
    contents["asked"] = asked
    return contents


def load(version="1.0"):
    return load_subject(OPERATOR, f"tiny=={version}")


def test_the_first_distribution_that_has_the_release_is_taken(index):
    index["tiny-cpu"] = "def route(*_): return 'cpu'"
    assert load().function() == "cpu"
    assert index["asked"] == [("tiny-cpu", "1.0")]


def test_the_next_distribution_is_tried_if_the_first_lacks_the_version(index):
    index["tiny"] = "def route(*_): return 'full'"
    found = load()
    assert (found.name, found.function()) == ("tiny==1.0", "full")
    assert index["asked"] == [("tiny-cpu", "1.0"), ("tiny", "1.0")]


def test_a_version_that_nobody_has_is_not_found(index):
    with pytest.raises(SubjectNotFound, match=r"nearest versions: 1\.1"):
        load("9.9")


@pytest.mark.parametrize("offline", ["tiny-cpu", "tiny"])
def test_what_cannot_be_fetched_now_is_unavailable_whatever_the_others_say(index, offline):
    index[offline] = ReleaseUnavailable(offline, "1.0", "no network")
    with pytest.raises(SubjectUnavailable, match=f"{offline} 1.0 is unavailable: no network"):
        load()


@pytest.mark.parametrize(
    "content",
    [
        "def other(): pass",
        "def route(): return no_such_name()",
        "route = 1 / 0",
        "import sys\nroute = sys.exit('not here')",
        "class Own(BaseException): pass\nroute = (_ for _ in ()).throw(Own('mine'))",
        "route = open('/no/such/file')",
        "def broken(:",
        "def route(): pass\nreturn 1",
        "def route(): '\0'",
        "def route(): return " + "(" * 250 + ")" * 250,
        "route = " + "-" * 100_000 + "1",
        FileNotInRelease("tiny-cpu", "1.0", "tiny/ops.py"),
    ],
)
def test_a_release_without_the_function_is_broken(index, content):
    index["tiny-cpu"] = content
    with pytest.raises(SubjectBroken, match=r"tiny-cpu 1\.0: "):
        load()


def test_what_is_no_function_cannot_be_called(index):
    index["tiny-cpu"] = "import math\nroute = math.pi"
    with pytest.raises(SubjectBroken, match="route is of type float and cannot be called"):
        load()


def test_what_the_wheel_lacks_is_stood_in_for_and_named(index):
    index["tiny-cpu"] = "from tiny.deep import thing\ndef route(*_): return thing()"
    found = load()
    assert found.loaded.stood_in == ("tiny.deep.thing",)
    with pytest.raises(StandInUsed, match=r"tiny\.deep\.thing is called, but is only stood in"):
        found.function()


def test_a_module_that_computes_with_a_stand_in_is_unavailable(index):
    index["tiny-cpu"] = "from tiny.deep import N\nM = N + 1\ndef route(*_): return M"
    with pytest.raises(SubjectUnavailable, match=r"tiny-cpu 1\.0: tiny\.deep\.N is computed with"):
        load()


def test_modules_that_only_importing_could_load_are_unavailable(index):
    index["tiny-cpu"] = CircularModules(("tiny.a", "tiny.b", "tiny.a"))
    with pytest.raises(SubjectUnavailable, match=r"tiny-cpu 1\.0: modules need one another"):
        load()


def test_a_cache_that_cannot_be_written_is_no_fault_of_the_release(index, tmp_path):
    index["tiny-cpu"] = "def route(*_): return 'cpu'"
    folder = tmp_path / "wheels/tiny-cpu-1.0"
    folder.mkdir(parents=True)
    (folder / "extracted").write_text("a file where a folder has to be")
    with pytest.raises(SubjectUnavailable, match=r"the cache cannot be used: .*/extracted"):
        load()


def test_a_file_that_cannot_be_read_is_no_fault_of_the_release(index, monkeypatch):
    index["tiny-cpu"] = "def route(*_): return 'cpu'"

    def fail(path):
        raise OSError(5, "Input/output error", str(path))

    monkeypatch.setattr("pathlib.Path.read_bytes", fail)
    with pytest.raises(SubjectUnavailable, match=r"ops\.py: Input/output error"):
        load()


def test_a_mistake_of_the_suite_is_no_fault_of_the_release(index, monkeypatch):
    index["tiny-cpu"] = "def route(*_): return 'cpu'"
    monkeypatch.setattr("conformance.wheels.package.binders_of", lambda parts: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        load()


def test_a_file_that_the_wheel_lost_is_no_fault_of_the_release(index):
    index["tiny-cpu"] = ReleaseUnavailable("tiny-cpu", "1.0", "the wheel x.whl is refused")
    with pytest.raises(SubjectUnavailable, match=r"the wheel x\.whl is refused"):
        load()


def test_a_version_that_is_none_is_not_found(monkeypatch):
    monkeypatch.setattr(wheels, "download", lambda *call: pytest.fail("downloaded"))
    with pytest.raises(SubjectNotFound, match="got 'latest', want one like"):
        load("latest")


def test_a_package_that_is_not_installed_is_unavailable():
    with pytest.raises(SubjectUnavailable, match="tiny is not installed here"):
        load_subject(OPERATOR, "tiny")


def test_the_installed_package_is_prepared_and_imported():
    called = replace(RELEASE, package="pytest", module="json", function="dumps", prepare=None)
    assert load_installed(OPERATOR, called).function([1]) == "[1]"
    with pytest.raises(SubjectBroken, match="ModuleNotFoundError"):
        load_installed(OPERATOR, replace(called, module="tiny_no_such"))
    with pytest.raises(SubjectNotFound, match="no module no_such_preparation"):
        load_installed(OPERATOR, replace(called, prepare="no_such_preparation:prepare"))
