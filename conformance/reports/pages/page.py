"""The page: ``check --format html=report.html``, ``report LOG… --format html=report.html``."""

from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from conformance.events.events import AllFinished, Event
from conformance.events.loading import LOAD
from conformance.events.verdict import Verdict
from conformance.reports.documents.told_run import ToldRun, overall_of, told_runs, whole
from conformance.reports.foreign import printable
from conformance.reports.pages.view import (
    CheckView,
    causes_of,
    matrix_of,
    plots_of,
    seconds_of,
)
from conformance.reports.text.sentence import sentence
from conformance.version import VERSION

SIGNS = {
    "PASS": "✓", "FAIL": "✕", "WAIVED": "~", "UNSUPPORTED": "–", "NOT_RUN": "○", "ERROR": "!",
    "WARNING": "▲", "": "",
}  # fmt: skip
"""Signs of verdicts: none is told by its colour alone."""
MOST_CAUSES = 20
"""Causes that stand on the page at once; further ones unfold."""
_LOADED = (LOAD, Verdict.PASS)
_NOT_ASKED = (Verdict.UNSUPPORTED, Verdict.NOT_RUN)
_FOLDER = Path(__file__).parent / "template"


def as_html(events: Sequence[Event]) -> str:
    """One HTML document that loads nothing. Texts of others are escaped, and no script but its own
    runs in it."""
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_clean,
    )
    return environment.get_template("page.html.j2").render(_context(events)) + "\n"


def _clean(value: Any) -> Any:
    """What is no text of ours without control characters; jinja escapes it afterwards."""
    return printable(value) if type(value) is str else value


def _context(events: Sequence[Event]) -> dict[str, Any]:
    runs, end = told_runs(events), whole(events)
    verdict = overall_of(runs, end)
    one = runs[0] if len(runs) == 1 else None
    causes = causes_of(runs)
    checks = [CheckView.of(told, event) for told in runs for event in told.checks]
    style, script = (Markup((_FOLDER / name).read_text("utf-8")) for name in FILES)
    columns, rows = matrix_of(runs)
    heading = one.run.operator if one else _heading(runs, end)
    complete = end.complete if end else all(told.end.complete for told in runs)
    return {
        "version": VERSION,
        "title": f"{heading}: {verdict}",
        "heading": heading,
        "verdict": str(verdict),
        "good": verdict in (Verdict.PASS, Verdict.WAIVED),
        "sentence": one.sentence if one else sentence(end) if end else f"{verdict}",
        "complete": complete,
        "runs": runs,
        "one": one,
        "causes": causes,
        "most_causes": MOST_CAUSES,
        "checks": checks,
        "columns": columns,
        "matrix": rows,
        "plots": plots_of(runs),
        "seconds": seconds_of(runs, end),
        "facts": _facts(runs),
        "figures": _figures(runs, len(causes)),
        "signs": SIGNS,
        "verdicts": [v for v in SIGNS if v and any(check.word == v for check in checks)],
        "operators": list(dict.fromkeys(told.run.operator for told in runs)),
        "style": style,
        "script": script,
        "policy": f"default-src 'none'; img-src data:; style-src '{_hash(style)}'; "
        f"script-src '{_hash(script)}'",
        "when": when,
        "duration": duration,
    }


FILES = ("style.css", "script.js")
"""What the document holds beside its text."""


def _hash(text: str) -> str:
    """What a content security policy calls a text that may be used."""
    return "sha256-" + b64encode(sha256(text.encode()).digest()).decode()


def _heading(runs: Sequence[ToldRun], end: AllFinished | None) -> str:
    """What several runs are together: ``rbln_attention: 10 operators``."""
    count = len({told.run.operator for told in runs})
    operators = f"{count} operator{'s' if count != 1 else ''}"
    what = operators if count == len(runs) else f"{operators}, {len(runs)} runs"
    name = end.run.operator if end else ""
    return f"{name}: {what}" if name else what


def _figures(runs: Sequence[ToldRun], causes: int) -> list[tuple[str, str]]:
    """What somebody counts who has a minute: causes, checks, cases."""
    checks = [e for told in runs for e in told.checks if (e.check, e.verdict) != _LOADED]
    asked = [event for event in checks if event.verdict not in _NOT_ASKED]
    warnings = sum(event.is_warning for event in asked)
    failing = sum(event.verdict is Verdict.FAIL for event in asked) - warnings
    passing = sum(event.verdict in (Verdict.PASS, Verdict.WAIVED) for event in asked)
    cases = sum(event.cases for event in asked)
    figures = [(str(causes), "cause" if causes == 1 else "causes")] if causes else []
    if failing:
        figures.append((str(failing), "check fails" if failing == 1 else "checks fail"))
    if warnings:
        figures.append((str(warnings), "warning" if warnings == 1 else "warnings"))
    figures.append((str(passing), "check passes" if passing == 1 else "checks pass"))
    if silent := len(checks) - len(asked):
        figures.append((str(silent), "could not be asked"))
    return [*figures, (f"{cases:,}".replace(",", "\N{NO-BREAK SPACE}"), "cases")]


def _facts(runs: Sequence[ToldRun]) -> list[tuple[str, str]]:
    """What was judged, on what, and when: each fact once, however many runs there are."""
    starts = [told.start for told in runs if told.start]
    versions = [start.versions for start in starts]
    packages = ("conformance", "torch", "triton", "python")
    told = {
        "subject": _each(told.subject for told in runs),
        "runs on": _each(told.mode for told in runs),
        "host": _each(start.host for start in starts),
        "versions": _each(
            ", ".join(f"{name} {found[name]}" for name in packages if name in found)
            for found in versions
        ),
        "profile": _each(f"{start.profile}, seed {start.seed}" for start in starts),
        "started": when(min((start.time for start in starts if start.time), default="")),
        "code": _each(
            f"{told.ready.judged.what}, sha256 {told.ready.judged.sha256[:16]}…"
            for told in runs
            if told.ready and told.ready.judged.sha256
        ),
    }
    return [(name, text) for name, text in told.items() if text]


def _each(texts: Any) -> str:
    """Texts, each once; of many, the first three."""
    found = [text for text in dict.fromkeys(texts) if text]
    more = f" and {len(found) - 3} more" if len(found) > 3 else ""
    return "; ".join(found[:3]) + more


def when(time: str) -> str:
    """``2027-01-31 12:00 UTC``."""
    return f"{time[:10]} {time[11:16]} UTC" if len(time) >= 16 else time


def duration(seconds: float) -> str:
    """``4.2 s``, ``3 min 20 s``."""
    if seconds < 100:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
