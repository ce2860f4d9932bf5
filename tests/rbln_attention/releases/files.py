"""Released files of the plugin for tests, as they are and with faults."""

from functools import lru_cache
from pathlib import Path

import pytest
from conformance_kernels.rbln_attention.releases.call_sites import check as call_sites

from conformance.wheels.errors import ReleaseUnavailable
from conformance.wheels.unpack import unpack


@lru_cache
def unpacked(version: str) -> Path:
    """The folder with the Python files of a release; skips the test if it cannot be had."""
    try:
        return unpack("vllm-rbln", version)
    except ReleaseUnavailable as error:
        pytest.skip(f"UNSUPPORTED: {error.reason}")


def planted(
    folder: Path, file: str, old: str, new: str, count: int, version: str = "0.12.0"
) -> Path:
    """A copy of a release with a text replaced, which must occur `count` times."""
    release = unpacked(version)
    for path in call_sites.files(release, version):
        text = (release / path).read_text()
        if path == file:
            assert text.count(old) == count, text.count(old)
            text = text.replace(old, new)
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder
