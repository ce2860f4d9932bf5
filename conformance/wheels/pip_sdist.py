"""Downloading one source archive with pip, without running anything of it.

``pip download`` of a source archive runs the archive's build to learn its metadata. Here pip is
ended before: at the moment at which it wants to start a process with an archive opened, the archive
is copied and the process ends. So pip's configuration, credentials and checks of hashes apply, and
no code of the archive runs.
"""

from collections.abc import Sequence
from pathlib import Path

from packaging.utils import canonicalize_name

from conformance.wheels.deadline import FETCH_SECONDS, within
from conformance.wheels.errors import ReleaseUnavailable
from conformance.wheels.pip import Download, ignorance
from conformance.wheels.pip_answer import is_damaged, knows_nothing, trouble
from conformance.wheels.pip_process import PipEnd, run_pip

SUFFIXES = (".tar.gz", ".tgz", ".zip", ".tar.bz2", ".tar.xz")
_PREFIX = ".fetched-"

# A hook of this kind cannot be removed again, and sees every start of a process (PEP 578).
_HOOK = f"""
import os, re, shutil, sys
_place, _begin, _suffixes, _opened = sys.argv.pop(1), sys.argv.pop(1), {SUFFIXES!r}, []
_STARTS = {{"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork",
           "os.forkpty"}}
def _watch(event, arguments):
    if event == "open":
        path, mode = arguments[0], arguments[1]
        if isinstance(path, (str, bytes)) and "r" in str(mode or "r"):
            name = os.path.basename(os.fsdecode(path))
            plain = re.sub(r"[-_.]+", "-", name).lower()
            if name.lower().endswith(_suffixes) and plain.startswith(_begin):
                _opened.append(os.fsdecode(path))
    elif event in _STARTS and _opened:
        last = _opened[-1]
        _opened.clear()
        target = os.path.join(_place, os.path.basename(last))
        scratch = os.path.join(_place, "{_PREFIX}" + os.path.basename(last))
        try:
            shutil.copyfile(last, scratch)
            os.replace(scratch, target)
            sys.stdout.flush()
        finally:
            os._exit(0)
sys.addaudithook(_watch)
"""


def download_sdist(distribution: str, version: str, folder: Path) -> Download | None:
    """Download the source archive of a release into ``folder``; None if the index has none.

    Raises `ReleaseUnavailable`; OSError if ``folder`` cannot be written.
    """
    with within(FETCH_SECONDS):
        end = _run(distribution, version, folder)
        if is_damaged(end):
            end = _run(distribution, version, folder)
        found = [path for path in sorted(folder.iterdir()) if path.name.endswith(SUFFIXES)]
        if found and not is_damaged(end):
            return Download(found[0])
        if reason := trouble(distribution, end):
            raise ReleaseUnavailable(distribution, version, reason)
        if knows_nothing(distribution, end):
            raise ReleaseUnavailable(distribution, version, ignorance(folder))
    return None


def _run(distribution: str, version: str, folder: Path) -> PipEnd:
    command: Sequence[str] = (
        *("download", "-vv", "--no-deps", "--no-binary=:all:", "--no-color"),
        *("--disable-pip-version-check", "--no-input", "--no-cache-dir", "--retries", "2"),
        *("--progress-bar", "off", "--ignore-requires-python", "--no-build-isolation"),
        *("--dest", str(folder), f"{distribution}=={version}"),
    )
    # What pip itself opens, such as an archive on Python's path, is left alone.
    begin = f"{canonicalize_name(distribution)}-"
    for left in folder.iterdir():
        if left.is_file():
            left.unlink()
    return run_pip(command, folder, hook=_HOOK, given=(str(folder), begin))
