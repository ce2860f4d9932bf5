"""The norm of the template turned into another operator: few lines, in the contract and the kernel.

``changed/`` holds both files as somebody left them who wanted ``rms_norm(x, weight, eps)``.
"""

from difflib import unified_diff
from inspect import signature
from pathlib import Path
from shutil import copytree

import pytest

import conformance
from conformance.catalogue.objects import load_object
from conformance.catalogue.operators import find_operator
from conformance.events.verdict import Verdict
from conformance.templates.rendering import of_operator

from .begun import plant

CHANGED = Path(__file__).with_name("changed")


def lines_changed(before: str, after: str) -> int:
    """Lines that were taken out or put in."""
    lines = list(unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm=""))
    return sum(line[0] in "+-" for line in lines[2:])


@pytest.fixture
def folder(tmp_path):
    """The changed files, in a folder that may be written to."""
    return copytree(CHANGED, tmp_path, dirs_exist_ok=True)


def test_at_most_two_files_and_sixty_lines_change():
    begun = of_operator("norm", "rms_norm")
    changed = {path.name: path.read_text() for path in CHANGED.glob("*.py")}
    assert changed.keys() == {"rms_norm.py", "rms_norm_contract.py"}
    assert 20 < sum(lines_changed(begun[path], text) for path, text in changed.items()) <= 60


def test_it_is_another_operator(folder):
    subject = load_object(f"{folder / 'rms_norm.py'}:rms_norm")
    assert list(signature(subject).parameters) == ["x", "weight", "eps"]


def test_it_is_conformant(folder):
    report = asked(folder, f"{folder / 'rms_norm_contract.py'}:CONTRACT")
    assert report.verdict is Verdict.PASS


def test_it_keeps_the_contract_that_ships_with_the_suite(folder):
    assert asked(folder, "rms_norm").verdict is Verdict.PASS


@pytest.mark.parametrize(
    ("right", "wrong", "check"),
    [
        ("tl.sum(squares) / N", "tl.sum(squares) / BLOCK", "values"),
        ("tl.rsqrt(tl.sum(squares) / N + eps)", "tl.rsqrt(tl.sum(squares) / N)", "special"),
        ("weight.shape != x.shape[-1:] or ", "", "arguments"),
        ("columns * weight_stride", "columns", "layout"),
    ],
)
def test_a_fault_in_it_is_found(folder, right, wrong, check):
    plant(folder / "rms_norm.py", right, wrong)
    contract = f"{folder / 'rms_norm_contract.py'}:CONTRACT"
    report = asked(folder, contract, checks=check)
    assert report[check].verdict is Verdict.FAIL


def test_its_contract_says_what_the_shipped_one_says(folder):
    own = find_operator(f"{folder / 'rms_norm_contract.py'}:CONTRACT").contract
    shipped = find_operator("rms_norm").contract
    assert [a.name for a in own.arguments] == [a.name for a in shipped.arguments]


def asked(folder, contract, **options):
    subject = f"{folder / 'rms_norm.py'}:rms_norm"
    return conformance.check(contract, subject, profile="quick", seed=1, **options)
