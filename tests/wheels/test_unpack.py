"""The Python files of a release as a folder."""

import os
import subprocess
import sys

import pytest

from conformance.wheels.errors import ReleaseUnavailable
from conformance.wheels.unpack import unpack, unpacked_file
from conformance.wheels.wheels import fetch

from .made_up import wheel_bytes, wheel_name

FILES = {
    "tiny/__init__.py": "",
    "tiny/ops/add.py": "raise RuntimeError('imported')\n",
    "tiny/data.json": "{}",
}
PYTHON = ["tiny/__init__.py", "tiny/ops/add.py"]


@pytest.fixture
def release(published, cache):
    """The folder in which a release is cached that can be downloaded."""
    published.wheels["tiny-release", "1.0"] = (wheel_name(), wheel_bytes(FILES))
    return cache / "wheels" / "tiny-release-1.0"


def held(folder):
    """The files of a folder with their texts."""
    return {
        str(path.relative_to(folder)): path.read_text()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_only_python_files_are_kept_and_none_is_run(release):
    assert sorted(held(unpack("tiny-release", "1.0"))) == PYTHON


def test_a_release_is_unpacked_once_and_the_wheel_is_not_kept(release, published):
    folder = unpack("tiny-release", "1.0")
    assert unpack("tiny-release", "1.0", offline=True) == folder == release / "python"
    assert len(published.asked) == 1
    assert sorted(path.name for path in release.iterdir()) == ["hashes.json", "python"]


def test_a_kept_wheel_is_unpacked_without_a_download(release, published):
    fetch("tiny-release", "1.0")
    assert sorted(held(unpack("tiny-release", "1.0", offline=True))) == PYTHON
    assert len(published.asked) == 1


def _altered(folder):
    (folder / "tiny/ops/add.py").write_text("raise RuntimeError('IMPORTED')\n")


def _emptied(folder):
    (folder / "tiny/ops/add.py").write_text("")


def _removed(folder):
    (folder / "tiny/ops/add.py").unlink()


def _added(folder):
    (folder / "tiny/torch.py").write_text("")


def _half_written(folder):
    (folder / "tiny/.writing-abc").write_text("raise")


def _linked(folder):
    other = folder.parent / "elsewhere"
    (folder / "tiny").rename(other)
    (folder / "tiny").symlink_to(other)
    (other / "ops/add.py").write_text("elsewhere")


def _folder_for_file(folder):
    (folder / "tiny/ops/add.py").unlink()
    (folder / "tiny/ops/add.py/inside").mkdir(parents=True)


def _file_for_folder(folder):
    for path in (folder / "tiny/ops/add.py", folder / "tiny/__init__.py"):
        path.unlink()
    (folder / "tiny/ops").rmdir()
    (folder / "tiny").rmdir()
    (folder / "tiny").write_text("")


def _pipe(folder):
    (folder / "tiny/ops/add.py").unlink()
    os.mkfifo(folder / "tiny/ops/add.py")


def _without_list(folder):
    (folder.parent / "hashes.json").unlink()


def _cut_list(folder):
    place = folder.parent / "hashes.json"
    place.write_text(place.read_text()[:100])


def _empty_list(folder):
    (folder.parent / "hashes.json").write_text("")


def _shortened_list(folder):
    place = folder.parent / "hashes.json"
    place.write_text(place.read_text().replace('"tiny/ops/add.py"', '"tiny/ops/other.py"'))


DAMAGE = [
    _altered,
    _emptied,
    _removed,
    _added,
    _half_written,
    _linked,
    _folder_for_file,
    _file_for_folder,
    _pipe,
    _without_list,
    _cut_list,
    _empty_list,
    _shortened_list,
]


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_folder_that_is_not_what_was_fetched_is_fetched_again(release, published, damage):
    folder = unpack("tiny-release", "1.0")
    right = held(folder)
    damage(folder)
    with pytest.raises(ReleaseUnavailable, match="not cached"):
        unpack("tiny-release", "1.0", offline=True)
    assert held(unpack("tiny-release", "1.0")) == right
    assert len(published.asked) == 2
    unpack("tiny-release", "1.0", offline=True)


@pytest.mark.parametrize("damage", [d for d in DAMAGE if d not in (_added, _half_written)])
def test_a_single_file_that_is_not_what_was_fetched_is_fetched_again(release, published, damage):
    folder = unpack("tiny-release", "1.0")
    damage(folder)
    place = unpacked_file("tiny-release", "1.0", "tiny/ops/add.py")
    assert place.read_text() == FILES["tiny/ops/add.py"] and len(published.asked) == 2


def test_only_the_file_that_is_used_is_compared(release, published):
    folder = unpack("tiny-release", "1.0")
    (folder / "tiny/__init__.py").write_text("altered")
    assert unpacked_file("tiny-release", "1.0", "tiny/ops/add.py") == folder / "tiny/ops/add.py"
    assert len(published.asked) == 1


@pytest.mark.parametrize("file", ["tiny/gone.py", "tiny", "tiny/data.json", "../hashes.json"])
def test_what_was_not_unpacked_is_none_of_its_files(release, file):
    unpack("tiny-release", "1.0")
    (release / "python/tiny/gone.py").write_text("not of the wheel")
    assert unpacked_file("tiny-release", "1.0", file) is None


def test_what_python_compiled_is_no_further_file(release, published):
    folder = unpack("tiny-release", "1.0")
    (folder / "tiny/__pycache__").mkdir()
    (folder / "tiny/__pycache__/x.pyc").write_bytes(b"")
    unpack("tiny-release", "1.0")
    assert len(published.asked) == 1


def test_a_folder_of_an_older_version_has_no_hashes_and_is_replaced(release, published):
    old = release / "python/tiny/ops"
    old.mkdir(parents=True)
    (old / "add.py").write_text("from long ago")
    assert held(unpack("tiny-release", "1.0"))["tiny/ops/add.py"] == FILES["tiny/ops/add.py"]


def test_processes_may_unpack_at_once(release, published):
    fetch("tiny-release", "1.0")
    program = "from conformance.wheels.unpack import unpack; print(unpack('tiny-release', '1.0'))"
    running = [
        subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) for _ in range(3)
    ]
    assert {process.communicate()[0].decode().strip() for process in running} == {
        str(release / "python")
    }
    assert sorted(held(release / "python")) == PYTHON


def test_nothing_is_downloaded_offline(release):
    with pytest.raises(ReleaseUnavailable, match="downloads are switched off"):
        unpack("tiny-release", "2.0", offline=True)
