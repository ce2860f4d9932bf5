"""The source of a release: fetched with its hash checked, and nothing of it is run."""

import hashlib
import io
import tarfile

import pytest

from conformance.wheels.errors import ReleaseUnavailable, WheelRefused
from conformance.wheels.sdist import registration_files
from conformance.wheels.source_tree import source_of, source_tree

from .made_up import wheel_bytes, wheel_name

FILES = {
    "PKG-INFO": "Metadata-Version: 2.1\nName: tiny-release\nVersion: 1.0\n",
    "setup.py": "import pathlib; pathlib.Path({ran!r}).touch(); raise SystemExit(3)\n",
    "src/tiny/__init__.py": "VALUE = 1\n",
    "src/tiny/deep/ops.py": "VALUE = 2\n",
    "tests/__init__.py": "",
    "tests/test_it.py": "",
    "csrc/ops.cpp": "TORCH_LIBRARY(tiny, m) {}\n",
    "csrc/other.cpp": "int main() {}\n",
    "README.md": "x",
}


def archive(files, ran=""):
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as made:
        for name, text in files.items():
            data = text.replace("{ran!r}", repr(str(ran))).encode()
            info = tarfile.TarInfo(name)
            info.size = len(data)
            made.addfile(info, io.BytesIO(data))
    return stream.getvalue()


def whole(ran=""):
    return archive({f"tiny_release-1.0/{name}": text for name, text in FILES.items()}, ran)


def publish(server, content, fragment=""):
    file = "tiny_release-1.0.tar.gz"
    server.file(f"/files/{file}", content)
    links = {file: f"{server.url}/files/{file}{fragment}"}
    links[wheel_name("1.0")] = f"{server.url}/files/{wheel_name('1.0')}"
    server.file(f"/files/{wheel_name('1.0')}", wheel_bytes())
    server.page("tiny-release", links)


def present(root):
    return sorted(str(p.relative_to(root)) for p in root.rglob("*") if p.is_file())


def test_only_what_matters_is_kept_and_no_code_of_the_archive_runs(server, tmp_path):
    publish(server, whole(tmp_path / "ran"))
    tree = source_tree("tiny-release", "1.0")
    assert present(tree.root) == ["csrc/ops.cpp", "tiny/__init__.py", "tiny/deep/ops.py"]
    assert not tree.missing and not (tmp_path / "ran").exists()
    asked = len(server.asked)
    assert source_tree("tiny-release", "1.0", offline=True) == tree
    assert len(server.asked) == asked


def test_a_file_that_was_altered_is_fetched_again(server):
    publish(server, whole())
    root = source_tree("tiny-release", "1.0").root
    (root / "tiny/__init__.py").write_text("VALUE = 3\n")
    assert (
        source_tree("tiny-release", "1.0").root / "tiny/__init__.py"
    ).read_text() == "VALUE = 1\n"


def test_an_archive_with_another_hash_than_the_index_declares_is_not_used(server):
    publish(server, whole(), f"#sha256={hashlib.sha256(b'other').hexdigest()}")
    with pytest.raises(ReleaseUnavailable, match="hash"):
        source_tree("tiny-release", "1.0")


def test_without_an_archive_the_wheel_is_read_and_it_is_told_what_is_missing(server):
    publish(server, whole())
    wheel = wheel_name("1.0")
    server.page("tiny-release", {wheel: f"{server.url}/files/{wheel}"})
    tree = source_of("tiny-release==1.0")
    assert tree.root.name == "python" and present(tree.root)
    assert tree.missing == (
        "tiny-release 1.0 has no source archive: its wheel is read, and what it registers in C++"
        " is not",
    )


def test_an_index_in_trouble_is_no_answer(server):
    server.answers["/"] = (503, {}, b"no")
    with pytest.raises(ReleaseUnavailable, match="503"):
        source_tree("tiny-release", "1.0")


@pytest.mark.parametrize("name", ["/etc/x.py", "a/../../x.py", "x.py", "a//x.py", "a/b\n/x.py"])
def test_a_name_outside_of_the_archive_is_refused(tmp_path, name):
    place = tmp_path / "a-1.tar.gz"
    place.write_bytes(archive({name: "x"}))
    with pytest.raises(WheelRefused):
        registration_files(place)


def test_a_damaged_archive_is_refused_as_damaged(tmp_path):
    place = tmp_path / "a-1.tar.gz"
    place.write_bytes(whole()[:150])
    with pytest.raises(WheelRefused) as raised:
        registration_files(place)
    assert raised.value.damaged


def test_what_is_neither_file_nor_release_is_named():
    with pytest.raises(ValueError, match="no_such_thing_here"):
        source_of("no_such_thing_here")
