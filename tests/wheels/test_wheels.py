"""Wheels and their files are fetched once, atomically, and their absence has a type."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from conformance.wheels import pip
from conformance.wheels.errors import FileNotInRelease, ReleaseNotFound, ReleaseUnavailable
from conformance.wheels.wheels import cache_folder, fetch, fetch_files, release_folder

from .made_up import FILES, wheel_bytes, wheel_name


def make_wheel(folder: Path, version: str, tag: str = "py3-none-any") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    wheel = folder / wheel_name(version, tag)
    wheel.write_bytes(wheel_bytes(version=version, tag=tag))
    return wheel


@pytest.fixture
def index(tmp_path, monkeypatch):
    """A folder that stands for the package index, with an empty cache beside it."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("CONFORMANCE_CACHE", str(tmp_path / "cache"))
    return folder


@pytest.fixture
def no_network(monkeypatch):
    """Make any download fail the test."""

    def fail(*arguments):
        raise AssertionError(f"downloaded {arguments}")

    monkeypatch.setattr("conformance.wheels.wheels.download", fail)


def test_a_wheel_is_fetched_into_the_cache_and_kept(index, monkeypatch):
    make_wheel(index, "1.0")
    wheel = fetch("Tiny_Release", "1.0")
    assert wheel.is_relative_to(cache_folder()) and zipfile.is_zipfile(wheel)
    monkeypatch.setenv("PIP_FIND_LINKS", "/nowhere")
    assert fetch("tiny-release", "1.0", offline=True) == wheel


def test_files_are_kept_and_the_wheel_is_dropped(index, monkeypatch):
    make_wheel(index, "1.0")
    file = "tiny/kernels/add.py"
    place = fetch_files("tiny-release", "1.0", [file])[file]
    assert place.read_text() == FILES[file]
    monkeypatch.setenv("PIP_FIND_LINKS", "/nowhere")
    assert fetch_files("tiny-release", "1.0", [file]) == {file: place}
    folder = release_folder("tiny-release", "1.0")
    assert sorted(path.name for path in folder.iterdir()) == ["files", "hashes.json"]
    assert [path for path in (folder / "files").rglob("*") if path.is_file()] == [place]


def test_cached_files_are_not_asked_for_again(index, request):
    make_wheel(index, "1.0")
    places = fetch_files("tiny-release", "1.0", ["tiny/__init__.py"])
    request.getfixturevalue("no_network")
    assert fetch_files("tiny-release", "1.0", ["tiny/__init__.py"]) == places


def test_files_come_out_of_a_cached_wheel(index, request):
    make_wheel(index, "1.0")
    wheel = fetch("tiny-release", "1.0")
    request.getfixturevalue("no_network")
    files = fetch_files("tiny-release", "1.0", list(FILES))
    assert {name: place.read_text() for name, place in files.items()} == FILES
    assert wheel.exists()


def test_a_wheel_of_another_platform_serves_as_well(index):
    make_wheel(index, "1.0", tag="cp38-abi3-manylinux_2_35_aarch64")
    assert fetch("tiny-release", "1.0").name.endswith("aarch64.whl")


def test_a_missing_version_names_its_neighbours(index):
    for version in ("0.9", "1.0", "1.2", "3.0", "4.0", "5.0", "6.0"):
        make_wheel(index, version)
    with pytest.raises(ReleaseNotFound, match=r"tiny-release 1\.1; nearest versions: 0\.9, 1\.0"):
        fetch("tiny-release", "1.1")


def test_the_nearest_versions_are_ordered_as_versions():
    published = {"0.9", "0.10", "0.11", "0.12", "0.30", "1.0", "nonsense"}
    assert pip.nearest("0.13", published, each_side=2) == ["0.11", "0.12", "0.30", "1.0"]


def test_later_releases_are_those_of_the_index_without_pre_releases(index):
    for version in ("0.9", "1.0", "1.0.post1", "1.10", "1.9", "2.0rc1"):
        make_wheel(index, version)
    assert pip.later("tiny-release", "1.0") == ["1.0.post1", "1.9", "1.10"]
    assert pip.later("tiny-release", "1.10") == []


def test_without_an_index_nobody_knows_what_came_later(index, monkeypatch):
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "")
    with pytest.raises(ReleaseUnavailable, match="cannot be reached"):
        pip.later("tiny-release", "1.0")


def test_an_unknown_distribution_is_not_found(index, monkeypatch):
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.setenv("PIP_INDEX_URL", index.as_uri())
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "")
    with pytest.raises(ReleaseNotFound, match="no version has a wheel"):
        fetch("tiny-release", "1.0")
    assert [path.name for path in cache_folder().iterdir()] == [".tiny-release-1.0.lock"]


def test_without_an_index_to_ask_nobody_knows_whether_a_release_exists(index):
    with pytest.raises(ReleaseUnavailable, match="pip is told to ask no package index"):
        fetch("tiny-release", "1.0")


def test_without_network_and_cache_the_release_is_unavailable(index, monkeypatch):
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.delenv("PIP_FIND_LINKS")
    # Nothing listens on the discard port.
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "")
    with pytest.raises(ReleaseUnavailable, match="cannot be reached"):
        fetch("tiny-release", "1.0")


def test_offline_does_not_try(index, no_network):
    with pytest.raises(ReleaseUnavailable, match="not cached"):
        fetch("tiny-release", "1.0", offline=True)
    with pytest.raises(ReleaseUnavailable, match="not cached"):
        fetch_files("tiny-release", "1.0", ["tiny/__init__.py"], offline=True)


def test_a_file_that_the_wheel_lacks_is_named(index):
    make_wheel(index, "1.0")
    with pytest.raises(FileNotInRelease, match=r"tiny-release 1\.0 has no file tiny/gone\.py"):
        fetch_files("tiny-release", "1.0", ["tiny/gone.py"])
    assert not [path for path in cache_folder().rglob("*.py") if path.is_file()]


@pytest.mark.parametrize("file", ["/etc/passwd", "../outside.py"])
def test_files_outside_the_wheel_are_refused(index, no_network, file):
    with pytest.raises(ValueError, match="relative path"):
        fetch_files("tiny-release", "1.0", [file])


@pytest.mark.parametrize("version", ["", "latest", "1.0 --index-url=http://elsewhere"])
def test_impossible_versions_are_refused(index, no_network, version):
    with pytest.raises(ValueError, match="version"):
        fetch("tiny-release", version)


def test_processes_may_fetch_the_same_file_at_once(index):
    make_wheel(index, "1.0")
    program = (
        "from conformance.wheels.wheels import fetch_files\n"
        "print(fetch_files('tiny-release', '1.0', ['tiny/kernels/add.py']))"
    )
    command = [sys.executable, "-c", program]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(3)]
    outputs = {process.communicate()[0] for process in running}
    assert len(outputs) == 1 and [process.returncode for process in running] == [0, 0, 0]
    place = fetch_files("tiny-release", "1.0", ["tiny/kernels/add.py"], offline=True)
    assert place["tiny/kernels/add.py"].read_text() == FILES["tiny/kernels/add.py"]


@pytest.mark.network
def test_a_released_file_comes_from_the_package_index(tmp_path):
    try:
        files = fetch_files("iniconfig", "2.0.0", ["iniconfig/exceptions.py"], cache=tmp_path)
    except ReleaseUnavailable as error:
        pytest.skip(f"UNSUPPORTED: {error.reason}")
    assert "ParseError" in files["iniconfig/exceptions.py"].read_text()


def test_the_cache_folder_follows_argument_then_variable(tmp_path, monkeypatch):
    monkeypatch.setenv("CONFORMANCE_CACHE", os.fspath(tmp_path / "variable"))
    assert cache_folder() == tmp_path / "variable" / "wheels"
    assert cache_folder(tmp_path / "argument") == tmp_path / "argument" / "wheels"
