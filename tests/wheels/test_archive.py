"""Wheels that are damaged or hostile are refused by name, and nothing is written outside."""

import re
import struct
import subprocess
import sys
import warnings
import zipfile

import pytest

from conformance.wheels import archive
from conformance.wheels.errors import FileNotInRelease, ReleaseUnavailable
from conformance.wheels.unpack import unpack
from conformance.wheels.wheels import fetch_files

from .made_up import FILES, wheel_bytes, wheel_name

FILE = "tiny/kernels/add.py"
RELEASE = ("tiny-release", "1.0")


@pytest.fixture
def refusal(published, cache):
    """Why a wheel of these bytes is refused; nothing of it is left, inside the cache or outside."""

    def refusal(content, downloads=1):
        published.wheels["tiny-release", "1.0"] = (wheel_name(), content)
        with pytest.raises(ReleaseUnavailable) as raised:
            unpack("tiny-release", "1.0")
        assert wheel_name() in raised.value.reason and "\n" not in raised.value.reason
        assert len(published.asked) == downloads
        left = [path for path in cache.parent.rglob("*.py") if path.is_file()]
        assert all(path.is_relative_to(cache / "wheels/tiny-release-1.0/python") for path in left)
        assert not (cache / "wheels/tiny-release-1.0/hashes.json").exists()
        return raised.value.reason

    return refusal


@pytest.mark.parametrize(
    "name", ["../../outside.py", "/tmp/outside.py", "a/../../../b.py", "../.py"]
)
def test_files_outside_the_folder_are_refused(refusal, name):
    assert "lies outside the wheel" in refusal(wheel_bytes({name: "x = 1"}))


@pytest.mark.parametrize("name", ["a//b.py", "./a.py", "a/./b.py"])
def test_paths_with_empty_parts_are_refused(refusal, name):
    assert "no plain path" in refusal(wheel_bytes({name: "x = 1"}))


@pytest.mark.parametrize("name", ["..\\outside.py", "a\x1b[2J.py", "a\n.py"])
def test_names_that_no_file_has_are_refused(refusal, name):
    assert "is no name of a file" in refusal(wheel_bytes({name: "x = 1"}))


@pytest.mark.parametrize("name", ["tiny/a.pyXtext", "tiny/a.txtX.py"])
def test_a_name_with_a_nul_is_refused(refusal, name):
    content = wheel_bytes({name: "x = 1"}).replace(name.encode(), name.replace("X", "\0").encode())
    assert "is no name of a file" in refusal(content)


@pytest.mark.parametrize("name", ["x" * 250 + ".py", "/".join(["a"] * 600) + ".py"])
def test_names_that_no_file_system_takes_are_refused(refusal, name):
    assert "too long" in refusal(wheel_bytes({name: "x = 1"}))


def test_links_are_refused(refusal):
    link = zipfile.ZipInfo("tiny/link.py")
    link.external_attr = 0o120777 << 16
    assert "symbolic link" in refusal(wheel_bytes({link: "/etc/passwd"}))


def test_two_files_of_one_name_are_refused_unless_they_are_equal(refusal, published):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        twice = {zipfile.ZipInfo(FILE): "one", zipfile.ZipInfo(FILE): "two"}
        content = wheel_bytes(twice)
        equal = wheel_bytes({zipfile.ZipInfo(FILE): "one", zipfile.ZipInfo(FILE): "one"})
    assert f"holds two files {FILE}" in refusal(content)
    published.wheels["tiny-release", "1.0"] = (wheel_name(), equal)
    assert (unpack("tiny-release", "1.0") / FILE).read_text() == "one"


def test_a_file_that_holds_a_file_is_refused(refusal):
    reason = refusal(wheel_bytes({"a.py/b.py": "", "a.py": ""}))
    assert "a.py is a file and holds a.py/b.py" in reason


def test_a_bomb_is_refused_before_it_is_unpacked(refusal):
    assert "unpacks" in refusal(wheel_bytes({"tiny/zeros.py": bytes(32 << 20)}))


def test_a_file_of_more_than_a_file_is_refused(refusal, monkeypatch):
    monkeypatch.setattr(archive, "LARGEST_FILE", 1000)
    assert "has 1001 bytes" in refusal(wheel_bytes({"tiny/a.py": "x" * 1001}))


def test_many_files_are_refused_by_their_sum(refusal, monkeypatch):
    monkeypatch.setattr(archive, "LARGEST_TOTAL", 1 << 20)
    content = wheel_bytes({f"a/{i}.py": "#" * 1000 for i in range(1100)})
    assert "have more than 1 MiB" in refusal(content)


@pytest.mark.parametrize("entries", [100, 70_000])  # the second needs zip64
def test_a_list_of_files_that_is_too_long_is_not_read(refusal, monkeypatch, entries):
    monkeypatch.setattr(archive, "LARGEST_DIRECTORY", 1000)
    content = wheel_bytes({f"{i}.txt": "" for i in range(entries)}, pack=zipfile.ZIP_STORED)
    assert "the list of its files has" in refusal(content)


def test_a_file_that_is_longer_than_declared_is_refused(refusal):
    body = bytes(range(256)) * 64
    content = wheel_bytes({FILE: body}, pack=zipfile.ZIP_STORED)
    content = content.replace(struct.pack("<II", len(body), len(body)), struct.pack("<II", 5, 5))
    assert FILE in refusal(content, downloads=2)


def test_a_file_that_is_shorter_than_declared_is_refused(refusal):
    content = wheel_bytes({FILE: "x" * 1000})
    content = content.replace(struct.pack("<I", 1000), struct.pack("<I", 2000))
    assert FILE in refusal(content, downloads=2)


def test_unusual_packing_is_refused(refusal):
    assert "packed by method 12" in refusal(wheel_bytes(pack=zipfile.ZIP_BZIP2))


def test_an_encrypted_file_is_refused(refusal):
    content = bytearray(wheel_bytes({FILE: "secret"}))
    for start, at in ((b"PK\1\2", 8), (b"PK\3\4", 6)):
        content[content.index(start) + at] |= 1
    assert "encrypted" in refusal(bytes(content), downloads=2)


@pytest.mark.parametrize("content", [b"", b"no zip file", wheel_bytes()[:-30], wheel_bytes()[30:]])
def test_what_is_no_wheel_is_downloaded_twice_and_refused(refusal, content):
    assert re.search("BadZipFile|list of files is wrong", refusal(content, downloads=2))


def _flipped(content):
    at = content.index(b"return a + b")
    return content[:at] + b"return b - a" + content[at + 12 :]


def test_a_wheel_with_a_wrong_byte_is_downloaded_again(published):
    right = wheel_bytes(pack=zipfile.ZIP_STORED)
    wrong = (wheel_name(), _flipped(right))
    published.wheels["tiny-release", "1.0"] = [wrong, (wheel_name(), right)]
    assert (unpack("tiny-release", "1.0") / FILE).read_text() == FILES[FILE]
    published.wheels["tiny-release", "1.1"] = [wrong, wrong]
    with pytest.raises(ReleaseUnavailable, match=f"{FILE}: BadZipFile: Bad CRC-32"):
        fetch_files("tiny-release", "1.1", [FILE])


def test_no_damage_is_anything_but_a_refusal_or_the_right_text(published):
    refused = 0
    for position in range(0, len(wheel_bytes()), 5):
        content, version = bytearray(wheel_bytes()), f"1.{position}"
        content[position] ^= 0x55
        published.wheels["tiny-release", version] = (wheel_name(), bytes(content))
        try:
            folder = unpack("tiny-release", version)
        except ReleaseUnavailable as error:
            assert wheel_name() in error.reason
            refused += 1
        else:
            assert {p.read_text() for p in folder.rglob("*.py")} <= set(FILES.values())
    assert refused > 30


def test_a_file_that_was_lost_on_the_way_is_no_fault_of_the_release(published):
    record = f"{FILE},sha256=x,10\ntiny/__init__.py,,\n"
    lost = wheel_bytes({"tiny/__init__.py": "", "tiny_release-1.0.dist-info/RECORD": record})
    published.wheels["tiny-release", "1.0"] = (wheel_name(), lost)
    for fetching in (lambda: unpack("tiny-release", "1.0"), lambda: fetch_files(*RELEASE, [FILE])):
        with pytest.raises(ReleaseUnavailable, match=f"{FILE} is in its RECORD, and not in it"):
            fetching()
    with pytest.raises(FileNotInRelease):
        fetch_files("tiny-release", "1.0", ["tiny/never_was.py"])


def test_a_bomb_takes_no_memory(tmp_path):
    wheel = tmp_path / wheel_name()
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as bomb, bomb.open("a.py", "w") as file:
        for _ in range(100):
            file.write(bytes(1 << 20))
    program = (
        "import resource, sys\n"
        "from pathlib import Path\n"
        "from conformance.wheels.archive import opened\n"
        "from conformance.wheels.errors import WheelRefused\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "try:\n"
        "    with opened(Path(sys.argv[1])) as archive: archive.read('a.py')\n"
        "except WheelRefused: pass\n"
        "else: sys.exit('it was read')\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(wheel)], capture_output=True, text=True, check=True
    )
    assert int(done.stdout) * 1024 < 50 << 20
