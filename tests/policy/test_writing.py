"""Files are written whole, and nothing but a file is ever replaced."""

import os
import resource
import socket
import stat
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest

from conformance.policy import writing
from conformance.policy.writing import check_place, is_stream, write_whole


@contextmanager
def full_disk():
    """No file can grow beyond 100 bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def refused(path, text="text"):
    """The reason for which a path is not written, which names it."""
    with pytest.raises(OSError) as caught:
        write_whole(path, text)
    assert caught.value.filename == str(path)
    return caught.value.strerror


def test_a_full_disk_leaves_the_old_file_and_nothing_else(tmp_path):
    write_whole(tmp_path / "report", "old")
    with full_disk():
        assert refused(tmp_path / "report", "new" * 100) == "File too large"
    assert (tmp_path / "report").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["report"]


@pytest.mark.parametrize("device", ["/dev/null", "/dev/zero"])
def test_a_device_is_written_to_and_stays(device):
    before = os.stat(device)
    write_whole(Path(device), "text")
    assert stat.S_ISCHR(os.stat(device).st_mode) and os.stat(device).st_rdev == before.st_rdev


def test_a_full_device_is_told():
    assert refused(Path("/dev/full")) == "No space left on device"


def test_a_link_to_a_device_stays_a_link(tmp_path):
    (tmp_path / "link").symlink_to("/dev/null")
    write_whole(tmp_path / "link", "text")
    assert (tmp_path / "link").readlink() == Path("/dev/null")


def test_what_a_dangling_link_points_at_is_made(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "new" / "report")
    write_whole(tmp_path / "link", "text")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "new" / "report").read_text() == "text"


def test_a_circle_of_links_is_told(tmp_path):
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    assert refused(tmp_path / "a") == "Too many levels of symbolic links"
    assert (tmp_path / "a").is_symlink() and (tmp_path / "b").is_symlink()


def test_a_pipe_that_nobody_reads_is_told_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert refused(tmp_path / "pipe") == "nobody reads from this pipe"
    assert (tmp_path / "pipe").is_fifo()


def test_a_reader_that_reads_nothing_is_waited_for_within_limits(tmp_path, monkeypatch):
    monkeypatch.setattr(writing, "PIPE_SECONDS", 0.05)
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    assert (
        refused(tmp_path / "pipe", "x" * (1 << 20)) == "nobody has read from this pipe for 0.05 s"
    )
    os.close(reader)


def test_a_reader_gets_all_of_a_long_text(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    got = []
    reader = threading.Thread(target=lambda: got.append((tmp_path / "pipe").read_text()))
    reader.start()
    opened = os.open(tmp_path / "pipe", os.O_WRONLY)  # waits for the reader
    write_whole(tmp_path / "pipe", "x" * (1 << 20))
    os.close(opened)
    reader.join()
    assert got == ["x" * (1 << 20)]


def test_a_folder_and_a_socket_are_told(tmp_path, monkeypatch):
    assert refused(tmp_path) == "this is a folder"
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")
        assert refused(Path("socket")) == "this is no file, device or pipe"


@pytest.mark.parametrize("below", ["file/report", "file/deep/report"])
def test_a_parent_that_is_a_file_is_told(tmp_path, below):
    (tmp_path / "file").write_text("")
    assert refused(tmp_path / below)
    with pytest.raises(OSError, match="is no folder"):
        check_place(tmp_path / below)


def test_a_folder_that_takes_no_files_is_told():
    assert refused(Path("/proc/self/report.json"))


def test_permissions_of_a_file_stay_and_new_files_have_the_usual_ones(tmp_path):
    write_whole(tmp_path / "new", "text")
    (tmp_path / "usual").write_text("")
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "usual").stat().st_mode
    (tmp_path / "new").chmod(0o600)
    write_whole(tmp_path / "new", "other")
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o600


def test_a_name_of_the_greatest_length_and_of_any_bytes_can_be_written(tmp_path):
    for name in ("n" * 255, os.fsdecode(b"\xff\x01 \n.json")):
        write_whole(tmp_path / name, "text")
        assert (tmp_path / name).read_text() == "text"


def test_a_file_that_the_command_prints_into_is_not_replaced(tmp_path):
    with open(tmp_path / "out", "w") as out:
        saved = os.dup(0)
        os.dup2(out.fileno(), 0)
        try:
            reason = refused(tmp_path / "out")
        finally:
            os.dup2(saved, 0)
            os.close(saved)
    assert reason == "this command reads it or prints into it"


def test_half_surrogates_are_escaped(tmp_path):
    write_whole(tmp_path / "report", "a\udc80b")
    assert (tmp_path / "report").read_text() == "a\\udc80b"


def test_two_that_write_the_same_file_leave_one_of_the_texts(tmp_path):
    texts = [letter * 100_000 for letter in "ab"]

    def write(text):
        for _ in range(30):
            write_whole(tmp_path / "report", text)

    threads = [threading.Thread(target=write, args=[text]) for text in texts]
    write_whole(tmp_path / "report", texts[0])
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        assert (tmp_path / "report").read_text() in texts
    assert [path.name for path in tmp_path.iterdir()] == ["report"]


def test_streams_are_told_from_files(tmp_path):
    (tmp_path / "file").write_text("")
    assert not is_stream(tmp_path / "file") and not is_stream(tmp_path / "no such file")
    assert is_stream(Path("/dev/null")) and is_stream(tmp_path)
