"""Each template is an operator that keeps its contract, and whose contract finds a fault."""

import subprocess
import sys

import pytest

import conformance
from conformance.events.verdict import Verdict
from conformance.templates.rendering import OPERATORS, find_template, of_operator, templates

from .begun import FAULTS, begun, plant


def asked(folder, name, **options):
    return conformance.check(
        f"{folder / f'{name}_contract.py'}:CONTRACT", f"{folder / f'{name}.py'}:{name}", **options
    )


def test_templates_are_listed_with_what_they_do():
    assert [template.name for template in templates()] == list(OPERATORS)
    assert all(20 < len(template.summary) < 100 for template in templates())


def test_a_template_that_is_not_there_is_told_with_the_nearest():
    with pytest.raises(ValueError, match=r"no template 'nrm'; known: .*; did you mean norm\?"):
        find_template("nrm")


@pytest.mark.parametrize("template", OPERATORS)
def test_the_kernel_of_a_template_passes_the_gate(tmp_path, template):
    report = asked(begun(tmp_path, template, "my_op"), "my_op", profile="gate", seed=1)
    assert report.verdict is Verdict.PASS, [c for c in report.checks if c.failures]
    passed = {check.check for check in report.checks if check.verdict is Verdict.PASS}
    numeric = "state" if template == "cache" else "values"
    assert {numeric, "special", "layout", "bounds", "sizes", "builds"} <= passed


@pytest.mark.parametrize("template", OPERATORS)
def test_a_fault_in_the_kernel_of_a_template_is_found(tmp_path, template):
    right, wrong, check = FAULTS[template]
    plant(begun(tmp_path, template, "my_op") / "my_op.py", right, wrong)
    report = asked(tmp_path, "my_op", profile="quick", checks=check, seed=1)
    assert report[check].verdict is Verdict.FAIL


@pytest.mark.parametrize("template", OPERATORS)
def test_files_of_a_template_keep_the_style_of_this_project(tmp_path, template):
    for text in of_operator(template, "my_op").values():
        assert text.startswith('"""') and text.endswith("\n")
        assert max(map(len, text.splitlines())) <= 100
        assert "template" not in text and "$" not in text


@pytest.mark.parametrize("template", OPERATORS)
def test_the_test_of_a_template_passes(tmp_path, template):
    begun(tmp_path, template, "my_op")
    done = run(tmp_path)
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout


def test_the_test_of_a_template_finds_a_fault(tmp_path):
    right, wrong, check = FAULTS["norm"]
    plant(begun(tmp_path, "norm", "my_op") / "my_op.py", right, wrong)
    done = run(tmp_path)
    assert done.returncode == 1
    assert check in done.stdout


def run(folder):
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_my_op.py"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)
