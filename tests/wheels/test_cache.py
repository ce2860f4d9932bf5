"""The cache is used only for what is in it as it was fetched; trouble with it is told by name."""

import errno
import os
import py_compile
import sys
from pathlib import Path

import pytest

from conformance.wheels.deadline import FETCH_SECONDS, remaining, within
from conformance.wheels.errors import CacheUnusable, ReleaseUnavailable
from conformance.wheels.files import write_atomically
from conformance.wheels.load import load_module
from conformance.wheels.manifest import read_manifest
from conformance.wheels.unpack import unpack
from conformance.wheels.wheels import fetch, fetch_files

from .made_up import FILE, FILES, RELEASE, text, wheel_bytes, wheel_name


@pytest.mark.parametrize("wrong", ["", FILES[FILE][:-5], FILES[FILE].replace("+", "-")])
def test_a_file_that_is_not_what_was_fetched_is_fetched_again(release, published, wrong):
    place = fetch_files(*RELEASE, [FILE])[FILE]
    place.write_text(wrong)
    with pytest.raises(ReleaseUnavailable, match="not cached"):
        fetch_files(*RELEASE, [FILE], offline=True)
    assert text() == FILES[FILE] and len(published.asked) == 2
    fetch_files(*RELEASE, [FILE], offline=True)


def test_a_file_without_a_hash_is_fetched(release, published):
    place = release / "files" / FILE
    place.parent.mkdir(parents=True)
    place.write_text("from long ago")
    assert text() == FILES[FILE] and len(published.asked) == 1


def test_a_pipe_in_the_place_of_a_file_is_replaced_and_not_waited_for(release):
    place = fetch_files(*RELEASE, [FILE])[FILE]
    place.unlink()
    os.mkfifo(place)
    assert text() == FILES[FILE]


@pytest.mark.parametrize(
    "wrong",
    [b"", wheel_bytes()[:100], wheel_bytes() + b"x"],
    ids=["empty", "cut", "longer"],
)
def test_a_kept_wheel_that_is_not_what_was_fetched_is_fetched_again(release, published, wrong):
    wheel = fetch(*RELEASE)
    wheel.write_bytes(wrong)
    assert text() == FILES[FILE] and len(published.asked) == 2
    assert fetch(*RELEASE).read_bytes() == wheel_bytes() and len(published.asked) == 3
    assert fetch(*RELEASE, offline=True) == wheel


def test_a_wheel_without_a_hash_is_fetched(release, published):
    release.mkdir(parents=True)
    (release / wheel_name()).write_bytes(wheel_bytes())
    assert fetch(*RELEASE).read_bytes() == wheel_bytes() and len(published.asked) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "{}",
        "[]",
        "null",
        '{"hash": "", "release": {}}',
        "[" * 100_000,
        '{"hash": 1e999}',
        "\ud800",
    ],
)
def test_a_list_of_hashes_that_is_none_is_not_there(release, published, wrong):
    fetch_files(*RELEASE, [FILE])
    (release / "hashes.json").write_bytes(wrong.encode("utf-8", "surrogatepass"))
    assert text() == FILES[FILE] and len(published.asked) == 2


def test_a_hash_that_was_altered_is_not_believed(release, published):
    place = fetch_files(*RELEASE, [FILE])[FILE]
    right = read_manifest(release)
    place.write_text("altered")
    (release / "hashes.json").write_text(
        (release / "hashes.json").read_text().replace(right.files[FILE][1], "0" * 64)
    )
    assert text() == FILES[FILE]


def test_a_folder_in_the_place_of_the_list_is_told(release):
    (release / "hashes.json").mkdir(parents=True)
    with pytest.raises(ReleaseUnavailable, match=r"the cache cannot be used: .*hashes\.json: "):
        text()


def test_files_of_two_different_wheels_are_not_mixed(release, published):
    fetch_files(*RELEASE, [FILE])
    other = {FILE: "other = 1\n", "tiny/__init__.py": "other = 2\n"}
    published.wheels[RELEASE] = (wheel_name(), wheel_bytes(other))
    both = fetch_files(*RELEASE, [FILE, "tiny/__init__.py"])
    assert {name: place.read_text() for name, place in both.items()} == other


@pytest.mark.parametrize("place", ["", "wheels", "wheels/tiny-release-1.0"])
@pytest.mark.parametrize("fetching", [fetch, unpack, lambda *r: fetch_files(*r, [FILE])])
def test_a_file_where_the_cache_has_a_folder_is_told(release, cache, place, fetching):
    (cache / place).parent.mkdir(parents=True, exist_ok=True)
    (cache / place).write_text("")
    with pytest.raises(ReleaseUnavailable, match=f"the cache cannot be used: {cache}"):
        fetching(*RELEASE)


@pytest.mark.parametrize("folder", ["/sys/conformance", "/proc/conformance", "/dev/null/cache"])
def test_a_cache_that_nobody_can_write_is_told(release, monkeypatch, folder):
    monkeypatch.setenv("CONFORMANCE_CACHE", folder)
    with pytest.raises(ReleaseUnavailable, match=f"the cache cannot be used: {folder}"):
        text()


def test_a_cache_that_can_only_be_read_is_enough_for_what_is_in_it(release, monkeypatch, tmp_path):
    fetch_files(*RELEASE, [FILE])
    unpack(*RELEASE)
    write_atomically(tmp_path / "same", b"same")

    def fail(*arguments, **keywords):
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr("conformance.wheels.files.os.open", fail)
    for name in ("tempfile.TemporaryDirectory", "pathlib.Path.mkdir"):
        monkeypatch.setattr(name, fail)
    assert text() == FILES[FILE] and unpack(*RELEASE) == release / "python"
    write_atomically(tmp_path / "same", b"same")
    with pytest.raises(CacheUnusable, match="Read-only file system"):
        write_atomically(tmp_path / "same", b"other")


@pytest.mark.parametrize("fetching", [unpack, lambda *r: fetch_files(*r, [FILE])])
def test_a_full_disk_is_told_and_leaves_nothing_that_is_believed(release, monkeypatch, fetching):
    real = os.fdopen

    def full(descriptor, *arguments, **keywords):
        stream = real(descriptor, *arguments, **keywords)
        stream.write = lambda content: (_ for _ in ()).throw(OSError(errno.ENOSPC, "No space left"))
        return stream

    with monkeypatch.context() as patch:
        patch.setattr(os, "fdopen", full)
        with pytest.raises(ReleaseUnavailable, match=r"add\.py: No space|__init__\.py: No space"):
            fetching(*RELEASE)
    assert not [path for path in release.rglob("*") if path.is_file()]
    fetching(*RELEASE)
    assert text() == FILES[FILE]


def test_a_file_that_python_compiled_is_not_trusted(tmp_path):
    place = tmp_path / "add.py"
    place.write_text("value = 1\n")
    compiled = Path(py_compile.compile(str(place)))
    compiled.write_bytes(compiled.read_bytes()[:-3])
    assert load_module(place).value == 1
    compiled.unlink()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "dont_write_bytecode", False)
        load_module(place)
    assert not list(compiled.parent.iterdir())


def test_a_module_that_cannot_be_read_is_trouble_with_the_cache(tmp_path):
    with pytest.raises(CacheUnusable, match=r"gone\.py: No such file"):
        load_module(tmp_path / "gone.py")


def test_the_shortest_limit_counts():
    assert remaining() == FETCH_SECONDS
    with within(100), within(1000):
        assert 99 < remaining() <= 100
        with within(0):
            assert remaining() == 0
        assert 99 < remaining() <= 100
