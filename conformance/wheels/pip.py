"""Downloading one wheel with pip, and telling its ways to fail apart."""

import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.version import InvalidVersion, Version

from conformance.wheels.deadline import FETCH_SECONDS, within
from conformance.wheels.errors import ReleaseNotFound, ReleaseUnavailable
from conformance.wheels.files import fingerprint
from conformance.wheels.pip_answer import (
    declared_hash,
    is_damaged,
    knows_nothing,
    others_may_do,
    trouble,
    versions,
)
from conformance.wheels.pip_process import PipEnd, run_pip

_IMPOSSIBLE = "0+impossible"

# What wheels of accelerator packages are tagged with. pip takes a --platform literally, without
# the older manylinux levels that it implies.
_MACHINES = ("x86_64", "aarch64")
_PYTHONS = ("3.12", "3.10", "3.11", "3.13", "3.14")


@dataclass(frozen=True)
class Download:
    """A wheel that was fetched, and the sha256 that the index declares, empty if it gives none."""

    wheel: Path
    declared: str = ""


def download(distribution: str, version: str, folder: Path) -> Download:
    """Download the wheel for this machine, or failing that any Linux wheel, into `folder`.

    The wheel of another platform holds the same Python files. Needs pip in this environment; its
    configuration and `PIP_*` variables apply, so that `PIP_FIND_LINKS` can name a local folder.
    What arrives damaged is downloaded once more.

    Raises `ReleaseNotFound` and `ReleaseUnavailable`; OSError if `folder` cannot be written.
    """
    published: set[str] = set()
    ignorant = True
    with within(FETCH_SECONDS):
        for options in ((), *_foreign()):
            end = _run(distribution, version, folder, options)
            if is_damaged(end):
                end = _run(distribution, version, folder, options)
            if found := _downloaded(distribution, version, folder, end):
                return found
            published |= _named(distribution, version, end)
            ignorant = ignorant and knows_nothing(distribution, end)
            if not others_may_do(end):
                break
        if ignorant:
            raise ReleaseUnavailable(distribution, version, ignorance(folder))
    raise ReleaseNotFound(distribution, version, nearest(version, published))


def _downloaded(distribution: str, version: str, folder: Path, end: PipEnd) -> Download | None:
    wheels = sorted(folder.glob("*.whl"))
    # Whoever ends pip leaves half a wheel.
    if end.code != 0 or not wheels:
        for wheel in wheels:
            wheel.unlink()
        return None
    declared = declared_hash(wheels[0].name, end)
    print_ = fingerprint(wheels[0])
    if declared and (print_ is None or print_[1] != declared):
        reason = f"{wheels[0].name} does not have the sha256 that the index declares, {declared}"
        raise ReleaseUnavailable(distribution, version, reason)
    return Download(wheels[0], declared)


def later(distribution: str, version: str) -> list[str]:
    """The releases with a Linux wheel that came after `version`, ascending; no pre-releases.

    Raises `ReleaseUnavailable` if the package index cannot be asked.
    """
    known = Version(version)
    try:
        with tempfile.TemporaryDirectory() as scratch, within(FETCH_SECONDS):
            for options in ((), *_foreign()):
                # For a version that cannot be, pip names those that are.
                end = _run(distribution, _IMPOSSIBLE, Path(scratch), options)
                if published := _named(distribution, _IMPOSSIBLE, end):
                    found = sorted(filter(None, map(_parsed, published)))
                    return [str(v) for v in found if v > known and not v.is_prerelease]
                if not others_may_do(end):
                    break
    except OSError as error:
        reason = f"no folder for pip: {error}"
        raise ReleaseUnavailable(distribution, version, reason) from error
    return []


def _named(distribution: str, version: str, end: PipEnd) -> set[str]:
    """The versions that pip names instead of the wanted one. Raises `ReleaseUnavailable`."""
    if reason := trouble(distribution, end):
        raise ReleaseUnavailable(distribution, version, reason)
    return versions(end)


def nearest(version: str, published: set[str], each_side: int = 3) -> list[str]:
    """Of the published versions the few below and the few above the wanted one, ascending."""
    wanted = Version(version)
    known = sorted(filter(None, map(_parsed, published)))
    below = [found for found in known if found < wanted][-each_side:]
    above = [found for found in known if found >= wanted][:each_side]
    return [str(found) for found in below + above]


def _parsed(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None


def _foreign() -> list[list[str]]:
    choices = []
    for python in _PYTHONS:
        abi = "cp" + python.replace(".", "")
        options = ["--implementation", "cp", "--python-version", python]
        options += [word for name in (abi, "abi3", "none") for word in ("--abi", name)]
        for machine in _MACHINES:
            names = [f"manylinux_2_{minor}_{machine}" for minor in range(17, 40)]
            names += [f"manylinux2014_{machine}", f"manylinux1_{machine}", f"linux_{machine}"]
            options += [word for name in names for word in ("--platform", name)]
        choices.append(options)
    return choices


def _run(distribution: str, version: str, folder: Path, options: Sequence[str]) -> PipEnd:
    command = ["download", "-vv", "--no-deps", "--only-binary=:all:", "--no-color"]
    command += ["--disable-pip-version-check", "--no-input", "--no-cache-dir", "--retries", "2"]
    command += ["--progress-bar", "off", *options]
    command += ["--dest", str(folder), f"{distribution}=={version}"]
    return run_pip(command, folder)


def ignorance(folder: Path) -> str:
    """Why no index said anything: pip is told to look at local folders only, or at nothing."""
    end = run_pip(["--disable-pip-version-check", "config", "list"], folder)
    if re.search(r"\.no-index='(?:1|true|yes|on)'", end.output, re.IGNORECASE):
        return "pip is told to ask no package index"
    return "no package index gave an answer"
