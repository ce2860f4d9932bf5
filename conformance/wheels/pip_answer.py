"""What pip's output says: which versions there are, or what kept it from knowing."""

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from packaging.utils import canonicalize_name

from conformance.wheels.pip_process import PipEnd

LONGEST = 300
"""Characters of a reason."""

_NO_MATCH = re.compile(r"No matching distribution|Could not find a version")
_VERSIONS = re.compile(r"\(from versions: ([^)]*)\)")
_NOT_FETCHED = re.compile(r"Could not fetch URL (\S+): (.*?)(?: - skipping)?$", re.MULTILINE)
_GONE = re.compile(r"(?:404|410) Client Error")
"""The only answers of an index that say that there is nothing."""
_IGNORED = re.compile(r"WARNING: (.*(?:is being ignored|Skipping page).*)")
_NOWHERE = re.compile(r"Location '(\S+)' is ignored: it is neither a file nor a directory")
_FETCHED = re.compile(r"Fetched page (\S+) as ")
_LISTED = re.compile(
    r"(?:Found link|Skipping link:(?! not a file| wrong project| unsupported archive)) .*"
    r"\(from ([^)\s]+)\)"
)
_FOREIGN = re.compile(r"none of the wheel's tags|requires a different Python|Requires-Python")
_STATUS = re.compile(r'HTTP/1\.\d" (\d{3}) ')
_CAUSE = re.compile(r"Caused by (.*)\)$")
_OBJECT = re.compile(r"<[\w.]+ object at 0x[0-9a-f]+>(?:: |, )?")
_EXCEPTION = re.compile(r"(?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|Redirects|Exit)\b")
_DAMAGED = re.compile(
    r"DO NOT MATCH THE HASHES|Wheel .* is invalid|has an invalid wheel|IncompleteRead|BadZipFile|"
    r"bad CRC|Connection broken|Bad magic number",
    re.IGNORECASE,
)


def trouble(distribution: str, end: PipEnd) -> str:
    """Why pip could not know whether there is such a wheel, on one line; empty if it does know."""
    output = end.output
    if end.code is None:
        statuses = [status for status in _STATUS.findall(output) if status >= "400"]
        last = f"; the package index answered {statuses[-1]}" if statuses else ""
        return f"the package index did not give it in time{last}"
    if end.how:
        return f"pip was ended by {end.how}"
    for url, reason in _NOT_FETCHED.findall(output):
        if not _GONE.search(reason):
            return f"the package index cannot be reached: {_short(url, reason)}"
    if not _NO_MATCH.search(output):
        return f"pip failed: {_last_error(output)}"
    for folder in _index_folders(distribution, output):
        if not folder.is_dir():
            return f"the package index cannot be reached: there is no folder {folder}"
    if ignored := _IGNORED.search(output):
        return f"the package index cannot be used: {one_line(ignored[1])}"
    if silent := _without_links(distribution, output):
        return f"the package index gave no list of files: {silent}"
    return ""


def is_damaged(end: PipEnd) -> bool:
    """Whether what pip downloaded arrived damaged, so that another attempt may help."""
    return bool(_DAMAGED.search(end.output))


def versions(end: PipEnd) -> set[str]:
    """The versions that pip names instead of the wanted one."""
    return {word for found in _VERSIONS.findall(end.output) for word in found.split(", ")} - {
        "none"
    }


def knows_nothing(distribution: str, end: PipEnd) -> bool:
    """Whether no index said anything of the distribution, not even that it has none."""
    heard = _NOT_FETCHED.search(end.output) or _LISTED.search(end.output)
    return not (versions(end) or heard or _index_folders(distribution, end.output))


def others_may_do(end: PipEnd) -> bool:
    """Whether there are wheels that pip passed over, for another platform or Python."""
    return bool(_FOREIGN.search(end.output))


def declared_hash(wheel: str, end: PipEnd) -> str:
    """The sha256 that an index page gives for the file of that name; empty if it gives none."""
    found = re.search(re.escape(wheel) + r"#sha256=([0-9a-f]{64})\b", end.output)
    return found[1] if found else ""


def one_line(text: str) -> str:
    """A reason as one line of bounded length."""
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _index_folders(distribution: str, output: str) -> list[Path]:
    """Folders that pip takes for an index, and in which it found nothing of that name."""
    name = canonicalize_name(distribution)
    places = [unquote(urlsplit(found).path) for found in _NOWHERE.findall(output)]
    return [Path(place).parent for place in places if Path(place).name == name]


def _without_links(distribution: str, output: str) -> str:
    """The page of an index that names no file of the distribution; empty if all do.

    A page that answers, and lists nothing, is no page of an index: an index answers 404.
    """
    name = canonicalize_name(distribution)
    pages = [page for page in _FETCHED.findall(output) if f"/{name}" in page]
    # A redirect changes the address, so that addresses cannot be compared.
    listing = set(_LISTED.findall(output))
    silent = [page for page in pages if page not in listing]
    return silent[0] if len(listing) < len(set(pages)) and silent else ""


def _short(url: str, reason: str) -> str:
    cause = _CAUSE.search(reason)
    reason = _OBJECT.sub("", cause[1] if cause else reason)
    return one_line(reason if url in reason else f"{url}: {reason}")


def _last_error(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR") and line != "ERROR: Exception:"]
    raised = [line for line in lines if _EXCEPTION.match(line)]
    chosen = (errors or raised or lines or ["it printed nothing"])[-1].removeprefix("ERROR: ")
    # The line that names the cause stands behind the one that names the file.
    if "DO NOT MATCH THE HASHES" in chosen:
        chosen = "what was downloaded does not have the hash that the index declares: " + " ".join(
            line for line in lines if line.startswith(("Expected sha", "Got "))
        )
    return one_line(chosen)
