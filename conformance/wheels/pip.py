"""Downloading one wheel with pip, and telling its ways to fail apart."""

import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from packaging.version import InvalidVersion, Version

from conformance.wheels.errors import ReleaseNotFound, ReleaseUnavailable

SECONDS = 900
_IMPOSSIBLE = "0+impossible"

# pip reports an unreachable index as a warning and then as a release that does not exist.
_NETWORK = re.compile(
    r"NewConnectionError|NameResolutionError|Failed to establish|Failed to resolve|"
    r"Connection (?:refused|reset|aborted|timed out|broken)|ConnectTimeout|ReadTimeout|"
    r"Max retries exceeded|ProxyError|SSLError|IncompleteRead|Retrying \(Retry|"
    r"Network is unreachable|HTTP error (?:403|429|5\d\d)|"
    r"(?:403|429|5\d\d) (?:Client|Server) Error",
    re.IGNORECASE,
)
_VERSIONS = re.compile(r"\(from versions: ([^)]*)\)")
_NO_MATCH = ("No matching distribution", "Could not find a version")

# What wheels of accelerator packages are tagged with. pip takes a --platform literally, without
# the older manylinux levels that it implies.
_MACHINES = ("x86_64", "aarch64")
_PYTHONS = ("3.12", "3.10", "3.11", "3.13", "3.14")


def download(distribution: str, version: str, folder: Path) -> Path:
    """Download the wheel for this machine, or failing that any Linux wheel, into `folder`.

    The wheel of another platform holds the same Python files. Needs pip in this environment; its
    configuration and `PIP_*` variables apply, so that `PIP_FIND_LINKS` can name a local folder.

    Raises `ReleaseNotFound` and `ReleaseUnavailable`.
    """
    published: set[str] = set()
    for options in ((), *_foreign()):
        output = _run(distribution, version, folder, options)
        if wheels := sorted(folder.glob("*.whl")):
            return wheels[0]
        published |= _named(distribution, version, output)
    if not published and _index_is_off():
        raise ReleaseUnavailable(distribution, version, "pip is told to ask no package index")
    raise ReleaseNotFound(distribution, version, nearest(version, published))


def later(distribution: str, version: str) -> list[str]:
    """The releases with a Linux wheel that came after `version`, ascending; no pre-releases.

    Raises `ReleaseUnavailable` if the package index cannot be asked.
    """
    known = Version(version)
    with tempfile.TemporaryDirectory() as scratch:
        for options in ((), *_foreign()):
            # For a version that cannot be, pip names those that are.
            output = _run(distribution, _IMPOSSIBLE, Path(scratch), options)
            if published := _named(distribution, _IMPOSSIBLE, output):
                found = sorted(filter(None, map(_parsed, published)))
                return [str(v) for v in found if v > known and not v.is_prerelease]
    return []


def _named(distribution: str, version: str, output: str) -> set[str]:
    """The versions that pip names instead of the wanted one. Raises `ReleaseUnavailable`."""
    if _NETWORK.search(output):
        raise ReleaseUnavailable(distribution, version, "the package index cannot be reached")
    if not any(text in output for text in _NO_MATCH):
        reason = f"pip failed: {_last_error(output)}"
        raise ReleaseUnavailable(distribution, version, reason)
    return {word for found in _VERSIONS.findall(output) for word in found.split(", ")} - {"none"}


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


def _run(distribution: str, version: str, folder: Path, options: Sequence[str]) -> str:
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:"]
    command += ["--disable-pip-version-check", "--no-input", "--no-cache-dir", "--retries", "2"]
    command += ["--progress-bar", "off", *options]
    command += ["--dest", str(folder), f"{distribution}=={version}"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS)
    except subprocess.TimeoutExpired as error:
        reason = f"pip did not finish within {SECONDS} seconds"
        raise ReleaseUnavailable(distribution, version, reason) from error
    return done.stdout + done.stderr


def _index_is_off() -> bool:
    """Whether pip is told to look at local folders only (`PIP_NO_INDEX`, or configuration)."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "config", "list"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    except subprocess.TimeoutExpired:
        return False
    return bool(re.search(r"\.no-index='(?:1|true|yes|on)'", done.stdout, re.IGNORECASE))


def _last_error(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR")]
    return (errors or lines or ["no output"])[-1].removeprefix("ERROR: ")
