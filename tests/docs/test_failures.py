"""What a page shows of a failure is what a run prints."""

import re

import pytest
from record_failures import FAILURES, ROOT, planted, printed

from conformance.checks.listing import listed

from .pages import pages
from .reader import NUMBER


def same(text: str) -> list[str]:
    """The lines without numbers, without the words of cases, and without how often it is seen."""
    lines = [
        line.split(":")[0] if line.startswith(("  seen", "  shows")) else line
        for line in text.splitlines()
    ]
    return [re.sub(r" +", " ", NUMBER.sub("0", line)) for line in lines]


def test_each_check_of_kernels_shows_a_failure():
    assert {check.id for check in listed()} == planted().keys()
    for check in planted():
        text = (FAILURES / f"{check}.txt").read_text()
        assert text.startswith("FAIL")
        assert "\n  replay  conformance replay " in text
        assert str(ROOT) not in text and "/home/" not in text
        assert text.rstrip() in pages()[f"checks/{check}.md"]


@pytest.mark.parametrize("check", ["ties", "purity"])
def test_a_run_prints_what_the_page_shows(check):
    assert same(printed(check, *planted()[check])) == same((FAILURES / f"{check}.txt").read_text())
