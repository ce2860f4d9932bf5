"""Files are put into a folder all together, and over no other one."""

import os

import pytest

from conformance.templates.placing import conflicts, place

FILES = {"a.py": "a\n", "deep/er/b.py": "b ü\n", "c.py": "c\n"}


def below(folder):
    return {str(p.relative_to(folder)): p.read_text() for p in folder.rglob("*") if p.is_file()}


def test_folders_are_made_as_they_are_needed(tmp_path):
    place(tmp_path / "new", FILES)
    assert below(tmp_path / "new") == FILES


def test_every_file_that_is_there_is_a_conflict(tmp_path):
    (tmp_path / "a.py").write_text("mine")
    (tmp_path / "c.py").symlink_to(tmp_path / "nowhere")
    assert conflicts(tmp_path, FILES) == ["a.py", "c.py"]


@pytest.mark.parametrize("there", ["c.py", "deep"])
def test_if_one_cannot_be_written_none_is(tmp_path, there):
    (tmp_path / there).write_text("mine")
    with pytest.raises(OSError, match=there):
        place(tmp_path, FILES)
    assert below(tmp_path) == {there: "mine"}
    assert os.listdir(tmp_path) == [there]


def test_with_force_files_are_replaced(tmp_path):
    (tmp_path / "a.py").write_text("mine")
    place(tmp_path, FILES, force=True)
    assert below(tmp_path) == FILES


def test_what_was_replaced_by_force_comes_back_if_one_cannot_be_written(tmp_path):
    (tmp_path / "a.py").write_bytes(b"\xff mine")
    (tmp_path / "c.py").symlink_to(tmp_path / "nowhere")
    with pytest.raises(FileExistsError):
        place(tmp_path, FILES, force=True)
    assert (tmp_path / "a.py").read_bytes() == b"\xff mine"
    assert sorted(os.listdir(tmp_path)) == ["a.py", "c.py"]
