"""A package index, a cache and wheels that only these tests know."""

import os
import threading
from http.server import ThreadingHTTPServer

import pytest

from conformance.wheels.errors import ReleaseNotFound
from conformance.wheels.pip import Download

from .index_server import Handler, Index
from .made_up import RELEASE, wheel_bytes, wheel_name


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty cache."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("CONFORMANCE_CACHE", str(folder))
    return folder


@pytest.fixture
def pip_alone(cache, monkeypatch):
    """pip without the configuration of this machine; it gives up after one more attempt."""
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    for kind in ("http", "https", "all"):
        for name in (f"{kind}_proxy", f"{kind}_proxy".upper()):
            monkeypatch.delenv(name, raising=False)


@pytest.fixture
def server(pip_alone, monkeypatch):
    """A package index over HTTP that pip is told to ask; what it answers is set by the test."""
    index = Index()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads, server.index = True, index
    index.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    monkeypatch.setenv("PIP_INDEX_URL", f"{index.url}/simple")
    yield index
    index.over.set()
    server.shutdown()
    thread.join()
    server.server_close()


class Published:
    """Wheels that a download gives: ``wheels[name, version]`` is (file name, bytes), or several
    of them, of which each download takes the next; ``asked`` lists the downloads."""

    def __init__(self):
        self.wheels, self.asked = {}, []

    def __call__(self, distribution, version, folder):
        self.asked.append((distribution, version))
        if (distribution, version) not in self.wheels:
            raise ReleaseNotFound(distribution, version)
        offered = self.wheels[distribution, version]
        name, content = offered.pop(0) if isinstance(offered, list) else offered
        (folder / name).write_bytes(content)
        return Download(folder / name)


@pytest.fixture
def published(cache, monkeypatch):
    """Stands for pip and the package index."""
    found = Published()
    monkeypatch.setattr("conformance.wheels.wheels.download", found)
    return found


@pytest.fixture
def release(published, cache):
    """The folder in which a release is cached that can be downloaded."""
    published.wheels[RELEASE] = (wheel_name(), wheel_bytes())
    return cache / "wheels/tiny-release-1.0"
