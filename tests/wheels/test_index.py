"""Trouble with the package index is told for what it is; only an index says what is not there."""

import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time

import psutil
import pytest

from conformance.wheels.deadline import within
from conformance.wheels.errors import ReleaseNotFound, ReleaseUnavailable
from conformance.wheels.manifest import read_manifest
from conformance.wheels.pip import later
from conformance.wheels.wheels import cache_folder, fetch, fetch_files, release_folder

from .index_server import halfway, silent
from .made_up import FILES, wheel_bytes, wheel_name

PAGE = "/simple/tiny-release/"
HTML = {"Content-Type": "text/html"}
JSON = "application/vnd.pypi.simple.v1+json"


def unavailable():
    """The reason why the release cannot be had, which is one line; nothing is left in the cache."""
    with pytest.raises(ReleaseUnavailable) as raised:
        fetch("tiny-release", "1.0")
    assert "\n" not in str(raised.value) and len(str(raised.value)) < 500
    assert not [path for path in cache_folder().rglob("*") if path.suffix != ".lock"]
    return raised.value.reason


def publish(server, content=None, fragment="", version="1.0"):
    content = wheel_bytes() if content is None else content
    file = wheel_name(version)
    server.file(f"/files/{file}", content)
    server.page("tiny-release", {file: f"{server.url}/files/{file}{fragment}"})
    return hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
def test_an_error_of_the_index_is_no_answer(server, status):
    server.answers["/"] = (status, {}, b"no")
    assert str(status) in unavailable()


def test_an_index_that_wants_credentials_is_named(server):
    server.answers["/"] = (401, {"WWW-Authenticate": 'Basic realm="x"'}, b"no")
    assert "401 Client Error" in unavailable()


@pytest.mark.parametrize("status", [404, 410])
def test_an_index_that_knows_no_such_project_says_so(server, status):
    server.answers["/"] = (status, {}, b"nothing")
    with pytest.raises(ReleaseNotFound, match="no version has a wheel"):
        fetch("tiny-release", "1.0")


def test_an_index_without_the_version_names_those_that_it_has(server):
    publish(server, version="0.9")
    with pytest.raises(ReleaseNotFound, match=r"nearest versions: 0\.9$"):
        fetch("tiny-release", "1.0")


def test_an_index_with_sources_only_has_no_wheel(server):
    server.page("tiny-release", {"tiny-release-1.0.tar.gz": "/files/tiny-release-1.0.tar.gz"})
    with pytest.raises(ReleaseNotFound, match="no version has a wheel"):
        fetch("tiny-release", "1.0")


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/html", b""),
        ("text/html", b"<html><body>Please log in at <a href='/login'>here</a></body></html>"),
        ("text/html", b"\x00\xff\xfe garbage"),
        ("text/plain", b"all is well"),
        ("image/gif", b"GIF89a"),
        (JSON, b'{"files": ['),
        (JSON, b"[]"),
        (JSON, b'{"files": 7}'),
        (JSON, b'{"meta": {"api-version": "1.0"}, "name": "tiny-release", "files": []}'),
    ],
)
def test_what_is_no_list_of_files_is_no_answer(server, kind, body):
    server.answers[PAGE] = (200, {"Content-Type": kind}, body)
    assert unavailable()


def test_an_index_that_knows_nothing_does_not_speak_for_one_that_fails(server, monkeypatch):
    server.answers["/broken/"] = (500, {}, b"no")
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", f"{server.url}/broken")
    assert "500" in unavailable()
    server.answers["/broken/"] = (200, HTML, b"<html></html>")
    assert "no list of files" in unavailable()


def test_a_redirect_without_an_end_is_told(server):
    server.answers["/"] = lambda handler: (
        handler.send_response(302),
        handler.send_header("Location", handler.path),
        handler.send_header("Content-Length", "0"),
        handler.end_headers(),
    )
    assert "redirects" in unavailable()


def test_a_redirect_to_the_right_page_is_followed(server):
    publish(server)
    server.answers["/old/"] = (302, {"Location": PAGE}, b"")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PIP_INDEX_URL", f"{server.url}/old")
        assert fetch("tiny-release", "1.0").name == wheel_name()
        with pytest.raises(ReleaseNotFound, match=r"nearest versions: 1\.0"):
            fetch("tiny-release", "2.0")


def test_an_index_that_speaks_no_tls_is_told(server, monkeypatch):
    monkeypatch.setenv("PIP_INDEX_URL", server.url.replace("http:", "https:") + "/simple")
    assert "ssl" in unavailable().lower()


def test_a_name_that_nobody_resolves_is_told(pip_alone, monkeypatch):
    monkeypatch.setenv("PIP_INDEX_URL", "https://no-such-host.invalid/simple")
    assert "no-such-host.invalid" in unavailable()


def test_a_port_where_nobody_listens_is_told(pip_alone, monkeypatch):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{port}/simple")
    assert "Connection refused" in unavailable()


@pytest.mark.parametrize("address", ["nonsense", "/no/such/folder", "ftp://127.0.0.1/simple"])
def test_what_is_no_address_of_an_index_gives_no_answer(pip_alone, monkeypatch, address):
    monkeypatch.setenv("PIP_INDEX_URL", address)
    assert unavailable()


def test_an_address_that_pip_does_not_trust_is_told(pip_alone, monkeypatch):
    monkeypatch.setenv("PIP_INDEX_URL", "http://no-such-host.invalid/simple")
    assert "not a trusted or secure host" in unavailable()


def test_an_index_that_never_answers_ends_with_the_limit(server):
    server.answers["/"] = silent
    start = time.monotonic()
    with within(3):
        assert "in time" in unavailable()
    assert 2.5 < time.monotonic() - start < 20


def test_an_index_that_asks_to_come_back_tomorrow_ends_with_the_limit(server):
    server.answers["/"] = (503, {"Retry-After": "86400"}, b"no")
    with within(3):
        assert "503" in unavailable()


def test_a_wheel_that_never_comes_ends_with_the_limit(server):
    publish(server)
    server.answers[f"/files/{wheel_name()}"] = silent
    with within(3):
        assert "in time" in unavailable()


def test_a_page_that_breaks_off_is_told(server):
    server.answers["/"] = halfway
    assert unavailable()


@pytest.mark.parametrize("status", [401, 403, 404, 500])
def test_a_wheel_that_the_index_lists_and_does_not_give_is_unavailable(server, status):
    publish(server)
    server.answers[f"/files/{wheel_name()}"] = (status, {}, b"no")
    assert str(status) in unavailable()


def test_the_hash_that_the_index_declares_is_checked_and_kept(server):
    digest = publish(server)
    publish(server, fragment=f"#sha256={digest}")
    fetch("tiny-release", "1.0")
    manifest = read_manifest(release_folder("tiny-release", "1.0"))
    assert manifest.fetched == manifest.declared == digest


def test_a_wheel_with_another_hash_than_declared_is_refused_after_a_second_attempt(server):
    publish(server, fragment=f"#sha256={'0' * 64}")
    assert "does not have the hash that the index declares" in unavailable()
    assert sum(path.startswith("/files/") for path in server.asked) == 2


def test_the_hash_of_an_index_that_speaks_json_is_checked(server):
    publish(server)
    file = {
        "filename": wheel_name(),
        "url": f"{server.url}/files/{wheel_name()}",
        "hashes": {"sha256": "0" * 64},
    }
    page = {"meta": {"api-version": "1.0"}, "name": "tiny-release", "files": [file]}
    server.answers[PAGE] = (200, {"Content-Type": JSON}, json.dumps(page).encode())
    assert "does not have the hash that the index declares" in unavailable()


@pytest.mark.parametrize("content", [b"", b"this is no zip file", wheel_bytes()[:200]])
def test_a_wheel_that_is_none_is_named_and_downloaded_twice(server, content):
    publish(server, content)
    assert wheel_name() in unavailable()
    assert sum(path.startswith("/files/") for path in server.asked) == 2


def test_a_wheel_that_arrived_damaged_is_downloaded_again(server):
    digest = publish(server)
    publish(server, fragment=f"#sha256={digest}")
    right, wrong = server.answers[f"/files/{wheel_name()}"], (200, {}, wheel_bytes()[:-50])

    def first_wrong(handler):
        server.answers["/files/"] = right
        del server.answers[f"/files/{wheel_name()}"]
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(wrong[2])))
        handler.end_headers()
        handler.wfile.write(wrong[2])

    server.answers[f"/files/{wheel_name()}"] = first_wrong
    (place,) = fetch_files("tiny-release", "1.0", ["tiny/kernels/add.py"]).values()
    assert place.read_text() == FILES["tiny/kernels/add.py"]


def test_later_releases_are_not_known_where_the_index_fails(server):
    server.answers["/"] = (500, {}, b"no")
    with pytest.raises(ReleaseUnavailable, match="500"):
        later("tiny-release", "1.0")


def test_folders_and_variables_of_the_caller_do_not_mislead_pip(server, tmp_path, monkeypatch):
    publish(server)
    for name in ("pip", "json", "typing", "random", "re"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('not this one')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONIOENCODING", "utf-16")
    monkeypatch.setenv("PYTHONWARNINGS", "error")
    monkeypatch.setenv("PYTHONINSPECT", "1")
    monkeypatch.setenv("PIP_QUIET", "3")
    assert fetch("tiny-release", "1.0").name == wheel_name()
    with pytest.raises(ReleaseNotFound, match=r"nearest versions: 1\.0"):
        fetch("tiny-release", "2.0")


def test_pip_ends_with_the_process_that_asked(server):
    waits = threading.Event()

    def hang(handler):
        waits.set()
        silent(handler)

    server.answers["/"] = hang
    program = "from conformance.wheels.wheels import fetch; fetch('tiny-release', '1.0')"
    asking = subprocess.Popen([sys.executable, "-c", program], start_new_session=True)
    assert waits.wait(60)
    children = _descendants(asking.pid)
    assert len(children) == 1
    os.kill(asking.pid, signal.SIGKILL)
    asking.wait()
    end = time.monotonic() + 20
    while any(map(_runs, children)):
        assert time.monotonic() < end, "pip goes on"
        time.sleep(0.02)
    # What the dead process left is removed by the next one.
    publish(server)
    fetch("tiny-release", "1.0")
    assert not list(cache_folder().glob(".download-*"))


def _descendants(pid):
    return [child.pid for child in psutil.Process(pid).children(recursive=True)]


def _runs(pid):
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
