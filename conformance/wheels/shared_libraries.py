"""Shared libraries out of the wheel of a release."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from conformance.wheels.archive import opened
from conformance.wheels.errors import FileNotInRelease
from conformance.wheels.files import is_intact, print_of, write_atomically
from conformance.wheels.manifest import read_manifest, write_manifest
from conformance.wheels.wheels import changing, checked, fetch, release_folder

LARGEST = 512 << 20
"""Bytes of a shared library; the largest of vLLM has 204 MiB."""


def shared_libraries(
    distribution: str,
    version: str,
    names: Iterable[str],
    *,
    cache: Path | None = None,
    offline: bool = False,
) -> dict[str, Path]:
    """Libraries of a release by their path in the wheel, which is kept in the cache with them.

    Nothing is loaded. Each file is compared with what was fetched. Raises as
    `conformance.wheels.wheels.fetch_files`.
    """
    name, version = checked(distribution, version)
    folder = release_folder(name, version, cache)
    places = {each: folder / "files" / each for each in names}

    def missing() -> list[str]:
        known = read_manifest(folder).files
        return [each for each, place in places.items() if not is_intact(place, known.get(each))]

    if not missing():
        return places
    wheel = fetch(name, version, cache=cache, offline=offline)
    with changing(name, version, folder), opened(wheel) as archive:
        for each in missing():
            try:
                content = archive.read(each, LARGEST)
            except KeyError:
                raise FileNotInRelease(name, version, each) from None
            write_atomically(places[each], content)
            manifest = read_manifest(folder)
            files = {**manifest.files, each: print_of(content)}
            write_manifest(folder, replace(manifest, files=files))
    return places
