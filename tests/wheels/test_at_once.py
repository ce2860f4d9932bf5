"""Several processes may fetch the same release at once, and any may be killed at any moment."""

import errno
import fcntl
import os
import signal
import subprocess
import sys
import tempfile
import threading

import pytest

from conformance.wheels.deadline import within
from conformance.wheels.errors import ReleaseUnavailable
from conformance.wheels.files import locked
from conformance.wheels.unpack import unpack
from conformance.wheels.wheels import release_folder

from .index_server import silent
from .made_up import FILE, FILES, RELEASE, text, wheel_bytes, wheel_name


def test_a_lock_that_a_dead_process_left_is_none(release):
    release.parent.mkdir(parents=True)
    program = (
        "import fcntl, os, signal, sys\n"
        "file = open(sys.argv[1], 'w')\n"
        "fcntl.flock(file, fcntl.LOCK_EX)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    place = release.parent / ".tiny-release-1.0.lock"
    assert subprocess.run([sys.executable, "-c", program, str(place)]).returncode == -9
    assert place.exists() and text() == FILES[FILE]


def test_a_lock_that_is_held_is_waited_for_until_the_limit_and_told(release):
    release.parent.mkdir(parents=True)
    with open(release.parent / ".tiny-release-1.0.lock", "w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with within(0.3), pytest.raises(ReleaseUnavailable, match="another process holds the lock"):
            text()
    assert text() == FILES[FILE]


def test_a_folder_in_the_place_of_the_lock_is_told(release):
    (release.parent / ".tiny-release-1.0.lock").mkdir(parents=True)
    with pytest.raises(ReleaseUnavailable, match=r"\.tiny-release-1\.0\.lock: Is a directory"):
        text()


def test_a_file_system_without_locks_is_worked_on_without(release, monkeypatch):
    def none(*arguments):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", none)
    assert text() == FILES[FILE]


def test_only_one_of_several_downloads_and_the_others_find_it(release, published):
    first, go_on = threading.Event(), threading.Event()
    give = published.__class__.__call__

    def slow(distribution, version, folder):
        first.set()
        assert go_on.wait(60)
        return give(published, distribution, version, folder)

    found = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("conformance.wheels.wheels.download", slow)
        threads = [threading.Thread(target=lambda: found.append(text())) for _ in range(4)]
        for thread in threads:
            thread.start()
        assert first.wait(60)
        go_on.set()
        for thread in threads:
            thread.join()
    assert found == [FILES[FILE]] * 4 and len(published.asked) == 1


def test_whoever_is_killed_while_downloading_leaves_nothing_in_the_way(server):
    asked = threading.Event()

    def hang(handler):
        asked.set()
        silent(handler)

    server.answers["/"] = hang
    program = (
        "from conformance.wheels.wheels import fetch_files\n"
        f"fetch_files('tiny-release', '1.0', [{FILE!r}])\n"
    )
    process = subprocess.Popen([sys.executable, "-c", program])
    assert asked.wait(60)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    server.answers["/files/"] = (200, {}, wheel_bytes())
    server.page("tiny-release", {wheel_name(): f"{server.url}/files/{wheel_name()}"})
    assert text() == FILES[FILE]
    left = sorted(path.name for path in release_folder(*RELEASE).parent.iterdir())
    assert left == [".tiny-release-1.0.lock", "tiny-release-1.0"]


@pytest.mark.parametrize("step", range(1, 9))
def test_whoever_is_killed_while_unpacking_leaves_nothing_that_is_believed(
    release, published, step
):
    program = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from conformance.wheels import wheels\n"
        "from conformance.wheels.pip import Download\n"
        "from conformance.wheels.unpack import unpack\n"
        "steps = int(sys.argv[1])\n"
        "def look(event, arguments):\n"
        "    global steps\n"
        "    written = event == 'open' and '.writing-' in str(arguments[0])\n"
        "    if written or event in ('os.rename', 'tempfile.mkdtemp'):\n"
        "        steps -= 1\n"
        "        if not steps: os.kill(os.getpid(), signal.SIGKILL)\n"
        "def download(name, version, folder):\n"
        "    place = folder / os.path.basename(sys.argv[2])\n"
        "    place.write_bytes(Path(sys.argv[2]).read_bytes())\n"
        "    return Download(place)\n"
        "wheels.download = download\n"
        "sys.addaudithook(look)\n"
        "unpack('tiny-release', '1.0')\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        place = os.path.join(folder, wheel_name())
        with open(place, "wb") as wheel:
            wheel.write(wheel_bytes())
        killed = subprocess.run([sys.executable, "-c", program, str(step), place])
    # The whole takes seven steps: a folder, and two for each of three files.
    assert killed.returncode == (-9 if step < 8 else 0)
    root = unpack(*RELEASE)
    found = {str(p.relative_to(root)): p.read_text() for p in root.rglob("*") if p.is_file()}
    assert found == FILES
    assert not list(release.parent.glob(".download-*"))


def test_a_lock_is_free_again_after_an_error(tmp_path):
    for _ in range(2):
        with within(0.1), pytest.raises(ZeroDivisionError), locked(tmp_path / "release"):
            raise ZeroDivisionError
