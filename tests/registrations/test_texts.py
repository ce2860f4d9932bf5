"""The README asks the questions that the checks ask."""

from pathlib import Path

from conformance.checks.listing import listed_of_registrations

README = Path(__file__).parents[2] / "README.md"


def test_the_readme_shows_every_check_of_registrations_in_order():
    section = README.read_text().partition("\n## Registrations\n")[2].partition("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| `")]
    assert rows == [f"| `{check.id}` | {check.question} |" for check in listed_of_registrations()]
