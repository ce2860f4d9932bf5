"""What a session says of subjects: outcomes, reports, summary lines, JUnit files."""

import re
from shutil import rmtree
from types import SimpleNamespace

import pytest
from junitparser import JUnitXml

from .project import DOUBLE, ID, outcomes, run, write

LOADS = "open('loads', 'a').write(__name__[-1:] + 'x')\n"
SEED = ("--conformance-seed", "5")
ASKED = ("-k", "beside or load or values or layout or ties", "-rA", "--junit-xml", "a.xml")


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    """Two subjects, one of which is wrong, beside a test; and the same on two processes."""
    folder = write(tmp_path_factory.mktemp("project"))
    (folder / "subject.py").write_text(f"{LOADS}from op import *\n")
    words = [*DOUBLE, *SEED, "--conformance-subject", "subject.py:right"]
    words += ["--conformance-subject", "op.py:half_wrong", *ASKED]
    alone = run(folder, *words)
    xml, loads = JUnitXml.fromfile(str(folder / "a.xml")), (folder / "loads").read_text()
    (folder / "loads").unlink()
    rmtree(folder / ".conformance")
    spread = run(folder, *words, "-n", "2")
    return SimpleNamespace(
        folder=folder, alone=alone, xml=xml, loads=loads, spread=spread,
        loads_spread=(folder / "loads").read_text(),
    )  # fmt: skip


def test_outcomes_are_counted_as_those_of_any_test(session):
    session.alone.assert_outcomes(passed=5, failed=2, skipped=2, deselected=30)
    assert session.alone.ret == pytest.ExitCode.TESTS_FAILED
    told = outcomes(session.alone)
    assert told[f"{ID}subject.py:right::values"] == "PASSED"
    assert told[f"{ID}op.py:half_wrong::values"] == "FAILED"


def test_a_subject_is_loaded_once(session):
    assert session.loads.count("x") == session.loads_spread.count("x") == 1


def test_a_failure_is_shown_as_the_report_of_the_check_and_nothing_else(session):
    session.alone.stdout.fnmatch_lines(
        [
            "*_ op.py:DOUBLE, op.py:half_wrong: values _*",
            "FAIL        values *",
            "  asked   double(N=*",
            "  found   y: off by *",
            "  replay  conformance replay op.py:DOUBLE double@values@N=* --subject op.py:half_wr*",
            f"  again   pytest {ID}op.py:half_wrong::values --conformance-profile quick "
            "--conformance-seed 5",
        ]
    )
    text = session.alone.stdout.str()
    assert "Traceback" not in text and "pytest_plugin" not in text


def test_the_summary_says_in_a_line_what_is_wrong(session):
    lines = [line for line in session.alone.outlines if line.startswith("FAILED")]
    assert len(lines) == 2
    assert all(" - y: off by" in line for line in lines)
    (suite,) = session.xml
    said = [case.result[0].message for case in suite if case.result and case.name == "values"]
    assert re.search(r"\(op.py:DOUBLE, op.py:half_wrong; replay [0-9a-f]{6}\)$", said[0])
    short = said[0][-7:-1]
    assert short in (session.folder / ".conformance" / "failures.json").read_text()


def test_the_end_says_of_each_subject_whether_it_is_conformant(session):
    told = [line for line in session.alone.outlines if line.startswith("conformance: op.py")]
    assert told == [
        "conformance: op.py:DOUBLE, profile quick, device cpu, seed 5",
        "conformance: op.py:DOUBLE, subject.py:right: conformant as far as it was asked, 3 of 18 "
        "checks, 1 unsupported here; seed 5",
        "conformance: op.py:DOUBLE, op.py:half_wrong: not conformant: 2 of 3 checks fail (values, "
        "layout), 1 unsupported here; seed 5",
    ]


def test_the_end_tells_causes_once_with_the_condition_under_which_they_show(session):
    for result in (session.alone, session.spread):
        result.stdout.fnmatch_lines(
            [
                "conformance: op.py:DOUBLE, op.py:half_wrong: not conformant*",
                "  cause 1 of 1: y: off by *",
                "    shows   *N >= 9*",
                "    seen    in * cases of 2 checks: values *, layout *",
                "    replay  conformance replay op.py:DOUBLE double@*",
            ]
        )


def test_what_does_not_apply_is_skipped_with_its_type(session):
    skipped = [line for line in session.alone.outlines if line.startswith("SKIPPED")]
    assert skipped == [
        f"SKIPPED [1] {ID}{subject}: UNSUPPORTED: no output selects anything"
        for subject in ("subject.py:right", "op.py:half_wrong")
    ]


def test_junit_files_name_operator_subject_and_check_and_say_what_is_wrong(session):
    (suite,) = session.xml
    cases = {(case.classname, case.name): case for case in suite}
    case = cases["conformance.op.py:DOUBLE.op.py:half_wrong", "values"]
    (failure,) = case.result
    assert failure.message.startswith("y: off by") and "replay  conformance" in failure.text
    properties = {each.get("name"): each.get("value") for each in case._elem.iter("property")}
    assert properties["conformance"] == "FAIL"
    assert properties["conformance subject"] == "op.py:half_wrong"
    assert properties["conformance seed"] == "5"


def test_several_processes_come_to_the_same(session):
    assert outcomes(session.spread) == outcomes(session.alone)
    # How many further cases are asked after a failure depends on the time that they take.
    told = re.compile(r"  (asked|found|got|wanted|case|replay|again) |conformance: op")

    def reports(result):
        return sorted(line for line in result.outlines if told.match(line))

    assert reports(session.spread) == reports(session.alone) != []


def test_what_failed_last_is_asked_again_and_the_first_failure_may_end_it(session):
    again = run(session.folder, *DOUBLE, *SEED, "--conformance-subject", "op.py:half_wrong",
                "--last-failed", "-x", "-rA", "--tb=line")  # fmt: skip
    again.assert_outcomes(failed=1, deselected=18)
    again.stdout.fnmatch_lines(["*run-last-failure: rerun previous 2 failures*"])
    again.stdout.fnmatch_lines(["op.py:1: y: off by *(op.py:DOUBLE, op.py:half_wrong; *)"])
    again.stdout.no_fnmatch_line("FAIL   *")
    again.stdout.no_fnmatch_line("  found *")


def test_a_seed_is_drawn_and_shown_if_none_is_given(pytester):
    write(pytester.path)
    words = [*DOUBLE, "--conformance-subject", "op.py:right", "--collect-only"]
    result = pytester.runpytest_inprocess(*words)
    result.stdout.re_match_lines([r"conformance: .*, seed \d+"])
