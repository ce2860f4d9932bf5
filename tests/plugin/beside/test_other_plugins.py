"""Beside pytest-randomly, -cov, -timeout and -rerunfailures."""

import psutil
import pytest

from ...cli.started import until
from ..project import DOUBLE, ID, outcomes, run, write

ALONE = ("-p", "no:randomly", "-p", "no:cacheprovider")
FLAKY = """
from pathlib import Path


def flaky(x):
    \"\"\"Wrong until it has been asked by two runs of a check.\"\"\"
    return 2 * x if Path("mended").exists() else 3 * x
"""
MENDS = """
from pathlib import Path


def pytest_runtest_logreport(report):
    if report.outcome == "rerun":
        Path("mended").touch()
"""
HANGS = """
import os, time


def hangs(x):
    open("pid", "a").write(f"{os.getpid()} ")
    time.sleep(600)


def right(x):
    return 2 * x
"""


def subject(name, *checks):
    """Words that ask some checks of a subject."""
    words = [*DOUBLE, "--conformance-subject", name, "-rA", "--conformance-seed", "5"]
    for check in checks:
        words += ["--conformance-check", check]
    return words


def test_a_rerun_asks_again(tmp_path):
    write(tmp_path, **{"flaky.py": FLAKY, "conftest.py": MENDS})
    mended = run(tmp_path, *ALONE, *subject("flaky.py:flaky", "values"), "--reruns", "2")
    mended.assert_outcomes(passed=3)
    mended.stdout.fnmatch_lines(["*3 passed, 1 rerun in*"])
    mended.stdout.fnmatch_lines(["conformance: op.py:DOUBLE, flaky.py:flaky: conformant: 1 check*"])


def test_a_rerun_loads_again_what_could_not_be_loaded(tmp_path):
    absent = (
        "from pathlib import Path\nopen('loads', 'a').write('x')\n1 / Path('mended').exists()\n"
    )
    write(tmp_path, **{"absent.py": absent + FLAKY, "conftest.py": MENDS})
    words = subject("absent.py:flaky", "values")
    mended = run(tmp_path, *ALONE, *words, "--reruns", "1", "-k", "values")
    assert outcomes(mended)[f"{ID}absent.py:flaky::values"] == "PASSED"
    assert (tmp_path / "loads").read_text() == "xx"


def test_a_failure_stays_one_after_reruns(tmp_path):
    write(tmp_path)
    words = subject("op.py:wrong", "values")
    result = run(tmp_path, *ALONE, *words, "--reruns", "1", "-n", "1")
    result.stdout.fnmatch_lines(["*1 failed, 2 passed, 1 rerun in*"])
    result.stdout.fnmatch_lines(["conformance: *op.py:wrong: not conformant: 1 of 1 check fails*"])


@pytest.mark.parametrize("method", ["signal", "thread"])
def test_a_time_limit_leaves_no_process(tmp_path, method):
    write(tmp_path, **{"slow.py": HANGS})
    words = [*subject("slow.py:hangs", "values"), *subject("slow.py:right", "values")]
    result = run(tmp_path, *ALONE, *words, "--timeout", "25", "--timeout-method", method)
    processes = {int(word) for word in (tmp_path / "pid").read_text().split()}
    assert processes
    until(lambda: not any(map(psutil.pid_exists, processes)), "the end of the subject", 30)
    if method == "signal":  # the other one ends pytest itself
        told = outcomes(result)
        assert told[f"{ID}slow.py:hangs::values"] == "FAILED"
        assert told[f"{ID}slow.py:right::values"] == "PASSED"
    assert result.ret == pytest.ExitCode.TESTS_FAILED


def test_no_order_and_no_seed_of_others_changes_a_verdict(tmp_path):
    loads = "open('loads', 'a').write('x')\nfrom op import *\n"
    write(tmp_path, **{"subject.py": loads})
    words = [*subject("subject.py:right"), "--conformance-subject", "op.py:half_wrong"]
    words += ["-k", "beside or load or values or layout", "-p", "no:cacheprovider"]

    def told(*further):
        result = run(tmp_path, *words, *further)
        order = list(outcomes(result).items())
        lines = ("  found", "  case", "  replay", "conformance: op.py:DOUBLE, ")
        return order, sorted(line for line in result.outlines if line.startswith(lines))

    usual, report = told("-p", "no:randomly")
    shuffled, same_report = told("-p", "randomly", "-p", "no:xdist", "--randomly-seed", "3")
    assert sorted(shuffled) == sorted(usual) and same_report == report
    assert shuffled != usual, "nothing was shuffled"
    assert (tmp_path / "loads").read_text() == "xx"


def test_measuring_coverage_changes_no_verdict(tmp_path):
    write(tmp_path)
    words = [*subject("op.py:wrong", "values"), "--conformance-subject", "op.py:right"]
    result = run(tmp_path, *ALONE, *words, "--cov", ".", "--cov-report", "term")
    result.assert_outcomes(passed=4, failed=1)
    assert outcomes(result)[f"{ID}op.py:wrong::values"] == "FAILED"
    result.stdout.fnmatch_lines(["*coverage:*"])
