"""The fixture and the marker, in tests of one's own."""

from types import SimpleNamespace

import pytest

from conformance.checks import CHECKS

from .project import outcomes, run, write

TESTS = """
import conformance
import op
import pytest

QUICK = {"profile": "quick", "checks": ["values", "layout"]}


def test_it_returns_the_report(conformance_check):
    report = conformance_check(op.DOUBLE, op.right, **QUICK, seed=7)
    assert isinstance(report, conformance.Report) and report.conformant and report.seed == 7
    assert [event.check for event in report.checks] == ["load", "values", "layout"]


@pytest.mark.conformance(**QUICK)
@pytest.mark.parametrize("name", ["right", "half_wrong"])
def test_subject(conformance_check, name):
    conformance_check(op.DOUBLE, getattr(op, name))


@pytest.mark.conformance(op.DOUBLE, severity={"values": "warn"}, skip=["layout"], **QUICK)
class TestWarned:
    def test_it(self, conformance_check):
        assert conformance_check(subject=op.half_wrong).warned == ("values",)

    @pytest.mark.conformance(severity={"values": "deny"})
    def test_the_nearest_marker_counts_most(self, conformance_check):
        conformance_check(subject=op.half_wrong)


def test_undecided(conformance_check):
    conformance_check(op.DOUBLE, op.right, device="xpu", **QUICK)


def test_undecided_and_allowed(conformance_check):
    conformance_check(op.DOUBLE, op.right, device="xpu", unsupported_ok=True, **QUICK)


def test_misspelt(conformance_check):
    conformance_check(op.DOUBLE, op.right, profil="quick")


@pytest.mark.conformance("op.py:DOUBLE", op.half_wrong, profile="quick",
                         checks=["values", "ties", "layout"])
def test_each(conformance_check):
    conformance_check()


@pytest.mark.conformance("op.py:DOUBLE", "subject.py:right", profile="quick",
                         checks=["values", "layout"])
def test_named(conformance_check):
    conformance_check()
"""
LOADS = "open('loads', 'a').write('x')\nfrom op import *\n"


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    """A session with all these tests, and one on two processes."""
    folder = write(
        tmp_path_factory.mktemp("project"), **{"test_mine.py": TESTS, "subject.py": LOADS}
    )
    words = ["--strict-markers", "-rA", "--conformance-seed", "5", "test_mine.py"]
    alone = run(folder, *words)
    loads = (folder / "loads").read_text()
    (folder / "loads").unlink()
    spread = run(folder, *words, "-n", "2", "--dist", "loadfile")
    return SimpleNamespace(
        alone=alone, loads=loads, spread=spread, loads_spread=(folder / "loads").read_text()
    )


def test_a_test_passes_or_fails_as_the_subject_does(session):
    told = {id_.partition("::")[2]: word for id_, word in outcomes(session.alone).items()}
    assert told == {
        "test_it_returns_the_report": "PASSED",
        "test_subject[right]": "PASSED",
        "test_subject[half_wrong]": "FAILED",
        "TestWarned::test_it": "PASSED",
        "TestWarned::test_the_nearest_marker_counts_most": "FAILED",
        "test_undecided": "FAILED",
        "test_undecided_and_allowed": "PASSED",
        "test_misspelt": "FAILED",
        "test_each[load]": "PASSED",
        "test_each[values]": "FAILED",
        "test_each[layout]": "FAILED",
        "test_named[load]": "PASSED",
        "test_named[values]": "PASSED",
        "test_named[layout]": "PASSED",
    }


def test_a_failure_says_what_is_wrong_how_to_see_it_again_and_the_seed(session):
    session.alone.stdout.fnmatch_lines(
        [
            ">       conformance_check(op.DOUBLE, getattr(op, name))",
            "E       conformance.Nonconformant: 2 of 2 checks fail, values: y: off by *; seed 5",
            "E       cause 1 of 1: y: off by *",
            "E         shows   *N >= 9*",
            "E         seen    in * cases of 2 checks: values *, layout *",
            "E         replay  conformance replay double double@*",
            "test_mine.py:*: Nonconformant",
        ]
    )
    session.alone.stdout.fnmatch_lines(
        ["E         again   pytest 'test_mine.py::test_each?values?' --conformance-seed 5"]
    )
    assert "pytest_plugin" not in session.alone.stdout.str()


def test_that_nothing_can_be_decided_is_a_failure(session):
    session.alone.stdout.fnmatch_lines(
        ["E       conformance.Nonconformant: could not be decided (UNSUPPORTED): *xpu device*"]
    )


def test_a_failure_that_only_warns_is_a_warning_of_pytest(session):
    session.alone.stdout.fnmatch_lines(["*ConformanceWarning: FAIL        values *"])


def test_an_option_that_there_is_not_is_an_error_with_the_nearest(session):
    session.alone.stdout.fnmatch_lines(["E       TypeError: *no 'profil'*did you mean profile?"])


def test_items_of_a_marker_share_a_run_and_are_summed_up(session):
    session.alone.stdout.fnmatch_lines(
        [
            "conformance: op.py:DOUBLE, op:half_wrong: not conformant: 2 of 3 checks fail (values, "
            "layout), 1 unsupported here; seed 5",
            "conformance: op.py:DOUBLE, subject.py:right: conformant: 2 checks pass; seed 5",
            "SKIPPED [[]1] test_mine.py:*: UNSUPPORTED: no output selects anything",
        ]
    )
    assert session.loads == "x"


def test_several_processes_come_to_the_same(session):
    assert outcomes(session.spread) == outcomes(session.alone)
    assert session.loads_spread == "x"


def test_a_marker_makes_an_item_of_each_check(pytester):
    write(pytester.path)
    pytester.makepyfile(
        test_each="import pytest\n@pytest.mark.conformance('op.py:DOUBLE', 'op.py:right')\n"
        "def test_each(conformance_check):\n    conformance_check()\n"
    )
    result = pytester.runpytest_inprocess("--collect-only", "-q", "test_each.py")
    ids = [line for line in result.outlines if "::" in line]
    names = ["load", *(check.id for check in CHECKS)]
    assert ids == [f"test_each.py::test_each[{name}]" for name in names]


def test_a_marker_that_nobody_asks_changes_nothing(pytester):
    """Other projects may have a marker, or a fixture, of the same name."""
    pytester.makeconftest(
        "import pytest\n@pytest.fixture\ndef conformance_check():\n    return 'mine'\n"
    )
    pytester.makepyfile(
        "import pytest\n@pytest.mark.conformance('chapter 3', level=2)\n"
        "def test_marked(): pass\n"
        "def test_own_fixture(conformance_check): assert conformance_check == 'mine'\n"
    )
    pytester.runpytest_inprocess("--strict-markers").assert_outcomes(passed=2)
