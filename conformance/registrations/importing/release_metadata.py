"""What `importlib.metadata` says of packages that are not installed: a name and a version."""

from collections.abc import Iterator, Mapping
from importlib import metadata
from os import PathLike
from pathlib import Path

from packaging.utils import canonicalize_name


class Named(metadata.Distribution):
    """A distribution of which only name and version are known."""

    def __init__(self, name: str, version: str) -> None:
        self._text = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"

    def read_text(self, filename: str) -> str | None:
        return self._text if filename == "METADATA" else None

    def locate_file(self, path: str | PathLike[str]) -> Path:
        return Path(path)


def distributions(
    versions: Mapping[str, str], context: metadata.DistributionFinder.Context
) -> Iterator[metadata.Distribution]:
    """Those of ``versions`` (by distribution) that the context asks for."""
    wanted = context.name and canonicalize_name(context.name)
    for name, version in versions.items():
        if wanted in (None, canonicalize_name(name)):
            yield Named(name, version)
