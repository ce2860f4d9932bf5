"""The documents that a run can be written as, by name."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from importlib import import_module

from conformance.events.events import Event

Render = Callable[[list[Event]], str]


class Format(StrEnum):
    """A kind of document."""

    GITHUB = "github"
    """Workflow commands: annotations of a pull request, and the summary of the job."""
    MARKDOWN = "markdown"
    HTML = "html"
    SARIF = "sarif"
    JUNIT = "junit"
    JSON = "json"


_RENDERERS = {
    Format.GITHUB: "conformance.reports.documents.github:as_github",
    Format.MARKDOWN: "conformance.reports.documents.markdown:as_markdown",
    Format.HTML: "conformance.reports.pages.page:as_html",
    Format.SARIF: "conformance.reports.documents.sarif:as_sarif",
    Format.JUNIT: "conformance.reports.junit:as_junit",
    Format.JSON: "conformance.reports.json_log:as_json",
}


def render(wanted: Format, events: Sequence[Event]) -> str:
    """The document of a format. What it takes is imported now, not before."""
    module, _, name = _RENDERERS[wanted].partition(":")
    function: Render = getattr(import_module(module), name)
    return function(list(events))
