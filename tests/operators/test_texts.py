"""The examples in the documentation and CONTRIBUTING run, and are right."""

import re
from pathlib import Path

import pytest

import conformance
from conformance.catalogue.objects import load_object
from conformance.contract import Contract
from conformance.events.request import Profile
from conformance.events.verdict import Verdict
from conformance.subjects.launch import Launch

ROOT = Path(__file__).parents[2]
SMALL = Profile("test", "", examples=20, largest=100_000, shrink_seconds=1.0)
BLOCK = re.compile(r"^```python(?: title=\"[^\"]+\")?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EXAMPLES = [
    ("docs/contracts/writing.md", "DOUBLE", "LAUNCH"),
    ("CONTRIBUTING.md", "RMS_NORM", "rms_norm"),
    ("CONTRIBUTING.md", "WRITE_ROWS", "write_rows"),
    ("CONTRIBUTING.md", "QUANTISE", "quantise"),
]


def block(text, contract):
    """The code block of a text that defines a contract."""
    (found,) = [b for b in BLOCK.findall((ROOT / text).read_text()) if f"\n{contract} = " in b]
    return found


def test_every_contract_in_the_texts_is_tried():
    defined = [
        (text, name)
        for text in ("README.md", "docs/contracts/writing.md", "CONTRIBUTING.md")
        for found in BLOCK.findall((ROOT / text).read_text())
        for name in re.findall(r"^(\w+) = Contract\(", found, re.MULTILINE)
        if name != "WRONG"  # a page shows how a mistake is told
    ]
    assert defined == [(text, contract) for text, contract, _ in EXAMPLES]


@pytest.mark.parametrize(("text", "contract", "subject"), EXAMPLES)
def test_an_example_conforms(tmp_path, text, contract, subject):
    path = tmp_path / "example.py"
    path.write_text(block(text, contract))
    asked, judged = (load_object(f"{path}:{name}") for name in (contract, subject))
    assert isinstance(asked, Contract)
    function = judged.bind(asked) if isinstance(judged, Launch) else judged
    report = conformance.check(asked, function, profile=SMALL, seed=1)
    assert report.verdict is Verdict.PASS, [e for e in report.checks if e.reason or e.failures]
