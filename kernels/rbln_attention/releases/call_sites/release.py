"""The attention code of a release of the plugin, read from its files; nothing is imported."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from packaging.version import Version

from conformance.sources.calls.read import read_calls
from conformance.sources.calls.site import Calls
from conformance.sources.comparing.finding import Cause, SourceFinding, source_finding
from conformance.sources.comparing.unresolved import unresolved_findings
from conformance.sources.reading.kernels import Kernel, read_kernels
from conformance.sources.reading.registrations import Schemas, read_schemas
from conformance.sources.reading.source import Source, Sources, read_sources

from ...names import FAMILY
from .meanings import CUSTOM, TRITON
from .metadata import Metadata, read_metadata
from .runner import RUNNER

_PACKAGE = "vllm_rbln"
_BACKEND = f"{_PACKAGE}/v1/attention/backends/flash_attention.py"
_OLD_BACKEND = f"{_PACKAGE}/attention/backends/flash_attention.py"
_NAMED = re.compile(rf"\b(?:{TRITON}|{CUSTOM})\s*(?:\.|::)\s*({'|'.join(FAMILY)})\b")


@dataclass(frozen=True)
class Release:
    """Everything that is read from a release; it is read once for all operators."""

    sources: Sources
    schemas: Schemas
    calls: Calls
    kernels: dict[tuple[str, str], Kernel]
    metadata: Metadata
    unresolved: tuple[SourceFinding, ...]
    """What the syntax hides, and calls of names that their path has not assigned."""

    def file(self, path: str) -> Source:
        return next(source for source in self.sources.files if source.path == path)


def files(sources: Path, version: str) -> list[str]:
    """The files of a release that matter here, relative to `sources`.

    They hold the backends, the model runner that one backend needs, the operators and the kernels.
    Raises FileNotFoundError if a file is missing that the release must have.
    """
    release = Version(version)
    folder = "triton_kernels" if release < Version("0.11.1") else "v1/attention/ops"
    wanted = [_BACKEND, *([_OLD_BACKEND, RUNNER] if release < Version("0.10.1") else [])]
    for path in wanted:
        if not (sources / path).is_file():
            raise FileNotFoundError(f"{sources} has no {path}, which vllm-rbln {version} has")
    found = sorted((sources / _PACKAGE / folder).glob("*.py"))
    if not found:
        raise FileNotFoundError(f"{sources} has no Python file in {_PACKAGE}/{folder}")
    return [*wanted, *(path.relative_to(sources).as_posix() for path in found)]


def read_release(sources: Path, version: str) -> Release:
    """Read a release from the content of its wheel; it is read again once a file has changed.

    Raises FileNotFoundError if a file is missing, SyntaxError if a file is not Python.
    """
    paths = sorted((sources / _PACKAGE).rglob("*.py"))
    stamps = ((path, path.stat()) for path in paths)
    stamp = tuple((path, status.st_mtime_ns, status.st_size) for path, status in stamps)
    return _read(sources, version, stamp)


@lru_cache(maxsize=16)  # of some 7 MB each
def _read(sources: Path, version: str, stamp: tuple[tuple[Path, int, int], ...]) -> Release:
    read = read_sources(sources, files(sources, version))
    schemas = read_schemas(read)
    kernels = read_kernels(read)
    calls = read_calls(read, schemas, kernels)
    metadata = read_metadata(read)
    unnamed = [
        source_finding(Cause.NOT_RESOLVED, text, "a registration without constant name")
        for text in schemas.unresolved
    ]
    others = {path.relative_to(sources).as_posix() for path, *_ in stamp}
    others -= {source.path for source in read.files}
    found = (
        *unresolved_findings(calls),
        *metadata.unresolved,
        *unnamed,
        *_named_elsewhere(sources, sorted(others)),
    )
    return Release(read, schemas, calls, kernels, metadata, found)


def _named_elsewhere(sources: Path, paths: list[str]) -> Iterator[SourceFinding]:
    """The operators that are named in files which are not read."""
    for path in paths:
        text = (sources / path).read_text(encoding="utf-8")
        for match in _NAMED.finditer(text) if "rbln_" in text else ():
            where = f"{path}:{text.count(chr(10), 0, match.start()) + 1}"
            message = "the operator is named in a file that is not read"
            yield source_finding(Cause.NOT_RESOLVED, match[1], message, match[0], where=where)
