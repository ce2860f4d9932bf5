"""The Python files of a release as a folder."""

import subprocess
import sys
import zipfile

import pytest

from conformance.wheels.errors import ReleaseUnavailable
from conformance.wheels.unpack import unpack

FILES = {
    "tiny/__init__.py": "",
    "tiny/ops/add.py": "raise RuntimeError('imported')\n",
    "tiny/data.json": "{}",
    "tiny_release-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: tiny-release\nVersion: 1.0\n",  # noqa: E501
    "tiny_release-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nTag: py3-none-any\n",
    "tiny_release-1.0.dist-info/RECORD": "",
}


@pytest.fixture
def wheel(tmp_path, monkeypatch):
    """Puts a wheel where the release is cached, with further files if asked."""
    monkeypatch.setenv("CONFORMANCE_CACHE", str(tmp_path))
    monkeypatch.setattr("conformance.wheels.wheels.download", lambda *call: pytest.fail("net"))

    def make(**further):
        folder = tmp_path / "wheels" / "tiny-release-1.0"
        folder.mkdir(parents=True)
        with zipfile.ZipFile(folder / "tiny_release-1.0-py3-none-any.whl", "w") as archive:
            for name, text in {**FILES, **further}.items():
                archive.writestr(name, text)
        return folder

    return make


def test_only_python_files_are_kept_and_none_is_run(wheel):
    wheel()
    folder = unpack("tiny-release", "1.0")
    files = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    assert files == ["tiny/__init__.py", "tiny/ops/add.py"]


def test_a_release_is_unpacked_once(wheel):
    wheel()
    marked = unpack("tiny-release", "1.0") / "tiny" / "ops" / "add.py"
    marked.write_text("changed")
    assert unpack("tiny-release", "1.0") == marked.parents[2]
    assert marked.read_text() == "changed"


def test_processes_may_unpack_at_once(wheel):
    cached = wheel()
    program = "from conformance.wheels.unpack import unpack; print(unpack('tiny-release', '1.0'))"
    running = [
        subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) for _ in range(3)
    ]
    assert {process.communicate()[0].decode().strip() for process in running} == {
        str(cached / "python")
    }
    assert not list(cached.glob(".unpacking-*"))


def test_files_outside_the_folder_are_refused(wheel):
    cached = wheel(**{"../../outside.py": "x = 1"})
    with pytest.raises(ValueError, match="lies outside the wheel"):
        unpack("tiny-release", "1.0")
    assert not (cached / "python").exists() and not list(cached.glob(".unpacking-*"))


def test_nothing_is_downloaded_offline(wheel):
    with pytest.raises(ReleaseUnavailable, match="downloads are switched off"):
        unpack("tiny-release", "2.0", offline=True)


def test_a_wheel_that_was_downloaded_for_it_is_not_kept(wheel, tmp_path, monkeypatch):
    cached = wheel()
    (published,) = cached.glob("*.whl")
    index = tmp_path / "index" / published.name
    index.parent.mkdir()
    published.rename(index)
    monkeypatch.setattr("conformance.wheels.wheels.download", lambda *call: index)
    assert (unpack("tiny-release", "1.0") / "tiny" / "ops" / "add.py").is_file()
    assert [path.name for path in cached.iterdir()] == ["python"]
