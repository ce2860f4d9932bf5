"""What `compute-sanitizer` prints, as findings.

Its manual shows the form: lines of the tool begin with ``=========``; the first line of an error
says what happened, indented ones where. What the watched program prints stands between them.
"""

import re
from collections.abc import Iterator

from conformance.events.finding import Finding, Kind, distinct

_OWN = re.compile(r"^========= ?(.*)$")
_ACCESS = re.compile(r"^(?P<what>Invalid|Misaligned) (?P<space>__\w+__) (?P<how>\S+) of size (\d+)")
_UNWRITTEN = re.compile(r"^Uninitialized (?P<space>__\w+__) (?:memory )?read of size (\d+)")
_RACE = re.compile(r"^Error: Race reported between (?P<one>\w+) access at ?(?P<place>.*)$")
_OTHER = re.compile(r"^(?:Error: |Barrier error detected|Invalid PC|Illegal |Stack overflow)")
_AT = re.compile(r"^\s+at (?P<place>.+)$")
_WHERE = re.compile(r"^\s+(?P<where>(?:by thread|Address|and is) .*)$")
_SUMMARY = re.compile(r"^(?:ERROR|RACECHECK) SUMMARY: .*$")
_FILE = re.compile(r"(?P<file>[^\s:]+\.\w+):(?P<line>\d+)")
_OFFSET = re.compile(r"\+?0x[0-9a-f]+\s*")


def summary_of(report: str) -> str:
    """The line in which the tool sums up; empty if it did not come to its end."""
    found = [line for line in _lines(report) if _SUMMARY.match(line)]
    return found[-1] if found else ""


def findings_in(tool: str, report: str) -> list[Finding]:
    """Each error once for a kernel, kind and address space. Warnings of `racecheck` are none."""
    return distinct(_findings(tool, [*_lines(report), ""]))


def _lines(report: str) -> Iterator[str]:
    for line in report.splitlines():
        if found := _OWN.match(line):
            yield found[1]


def _findings(tool: str, lines: list[str]) -> Iterator[Finding]:
    for number, line in enumerate(lines):
        if found := _ACCESS.match(line):
            message = f"{found['what'].lower()} {found['space']} {found['how']}"
            yield _finding(tool, message, Kind.BOUNDS, lines, number, "")
        elif found := _UNWRITTEN.match(line):
            message = f"read of {found['space']} memory that nobody has written"
            yield _finding(tool, message, Kind.BOUNDS, lines, number, "")
        elif found := _RACE.match(line):
            message = f"a {found['one'].lower()} that races with other accesses"
            yield _finding(tool, message, Kind.RACE, lines, number, found["place"])
        elif _OTHER.match(line):
            yield _finding(tool, line.removeprefix("Error: "), Kind.OTHER, lines, number, "")


def _finding(
    tool: str, message: str, kind: Kind, lines: list[str], number: int, place: str
) -> Finding:
    more = []
    for line in lines[number + 1 :]:
        if not line.startswith(" "):
            break
        if (at := _AT.match(line)) and not place:
            place = at["place"]
        elif where := _WHERE.match(line):
            more.append(where["where"])
    file = _FILE.search(place)
    line = f"{file['file']}:{file['line']}" if file else ""
    kernel = _kernel(place)
    return Finding(
        kernel or "kernel", f"{message}, says compute-sanitizer --tool {tool}",
        "; ".join(more[:3]), where=place, kind=kind, line=line, cause=f"{tool}: {message}",
    )  # fmt: skip


def _kernel(place: str) -> str:
    """The name in ``name(int *)+0x70 in file:41``, ``0x70 in name`` or ``0x70 in file:41:name``."""
    first, _, rest = place.partition(" in ")
    named = _OFFSET.sub("", first).strip() or _FILE.sub("", rest).strip(": ")
    return named.partition("(")[0].strip()
