"""The checks as pytest items."""

import pytest

from conformance.checks import CHECKS, DEVICE_CHECKS

from ..cli.started import CONTRACT
from ..stateful.package import install

RIGHT = "from op import right as route\n"
WRONG = "from op import wrong as route\n"
COUNTED = "open('loads', 'a').write('x')\n"
WAIVER = """
[[waiver]]
id = "known"
issue = "https://example.org/1"
owner = "us"
reason = "known"
contract = "*"
subject = "*"
check = "values"
case = "N > 0"
expires = 2999-01-01
"""


@pytest.fixture
def run(pytester):
    """Run pytest on a subject of that text, in a process of its own, with further options."""

    def run(text, *options, operator="op.py:DOUBLE"):
        pytester.makepyfile(subject=text, op=CONTRACT)
        return pytester.runpytest_subprocess(
            "--conformance-subject", "subject.py:route", "--conformance-profile", "quick",
            "--conformance-operator", operator, "-p", "no:cacheprovider", "-rA", *options,
        )  # fmt: skip

    return run


def test_items_may_run_in_any_order_and_more_than_once(run, pytester):
    pytester.makeconftest(
        "import pytest\n"
        "@pytest.hookimpl(trylast=True)\n"
        "def pytest_collection_modifyitems(items):\n"
        "    chosen = [i for i in items if i.name in ('load', 'values', 'purity')]\n"
        "    items[:] = [*reversed(chosen), chosen[-1]]\n"
    )
    result = run(COUNTED + WRONG)
    result.assert_outcomes(failed=1, passed=3)
    assert (pytester.path / "loads").read_text() == "x"


def test_only_the_items_that_are_selected_are_asked(run, pytester):
    calls = "def route(x):\n    open('calls', 'a').write('x')\n    return 2 * x\n"
    run(calls, "-k", "load").assert_outcomes(passed=1, deselected=len(CHECKS))
    assert not (pytester.path / "calls").exists()


def test_a_family_has_the_items_of_each_of_its_operators(pytester, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(install(pytester.path)))
    options = ["--conformance-operator", "toys", "--conformance-subject", "toys==2.0"]
    asked = [*options, "-p", "no:cacheprovider", "-rA", "--conformance-profile", "quick"]
    result = pytester.runpytest_subprocess(*asked, "-k", "load or values")
    result.assert_outcomes(passed=3, failed=1, deselected=2 * (len(CHECKS) - 1))
    result.stdout.fnmatch_lines(
        [
            "*toy_a, toys==2.0: values*",
            "FAIL        values      emulated *",
            "  replay  conformance replay toy_a toy_a@values@* --subject toys==2.0",
            "PASSED *conformance::toy_b::toys==2.0::values",
        ]
    )


def test_a_waived_failure_is_expected(run, pytester):
    waivers = pytester.makefile(".toml", waivers=WAIVER)
    result = run(WRONG, "-k", "values", "--conformance-waivers", waivers)
    result.assert_outcomes(xfailed=1, deselected=len(CHECKS))


TWICE_WRONG = """
from conformance_kernels.gemma4_routing.torch_route import route_torch
def route(gating, topk, scale):
    weights, ids = route_torch(gating, topk, scale)
    return weights * 2, ids.long()
"""


def test_every_distinct_finding_is_told_also_beside_a_waived_one(run, pytester):
    named = WAIVER.replace("expires", 'about = "ids"\nkind = "dtype"\nexpires')
    waivers = pytester.makefile(".toml", waivers=named.replace("N > 0", "T >= 0"))
    asked = ["-k", "values", "--conformance-waivers", waivers]
    known = run(TWICE_WRONG.replace(" * 2", ""), *asked, operator="gemma4_routing")
    known.assert_outcomes(xfailed=1, deselected=len(CHECKS))
    both = run(TWICE_WRONG, *asked, operator="gemma4_routing")
    both.assert_outcomes(failed=1, deselected=len(CHECKS))
    both.stdout.fnmatch_lines(
        ["  seen    in * cases", "  found   weights: off by *", "  waived  by known"]
    )


def test_what_cannot_be_asked_here_is_skipped_with_its_type(run):
    result = run(RIGHT, "--conformance-device", "xpu", "-k", "load or values")
    every = len(CHECKS) + len(DEVICE_CHECKS)
    result.assert_outcomes(skipped=2, deselected=every - 1)
    result.stdout.fnmatch_lines(
        [
            "SKIPPED*UNSUPPORTED: *finds no xpu device*",
            "SKIPPED*NOT_RUN: the subject was not loaded, UNSUPPORTED: *no xpu device*",
        ]
    )


NOTHING = "conformance: nothing was decided of subject.py:route (UNSUPPORTED)"


def test_a_session_that_decides_nothing_of_a_subject_fails(run):
    result = run(RIGHT, "--conformance-device", "xpu")
    result.assert_outcomes(skipped=len(CHECKS) + len(DEVICE_CHECKS) + 1)
    assert result.ret == pytest.ExitCode.TESTS_FAILED and NOTHING in result.outlines


def test_one_subject_that_passes_does_not_speak_for_another(run):
    text = "from conformance_kernels.gemma4_routing.torch_route import route_torch as route\n"
    words = ["--conformance-subject", "vllm", "-k", "values"]
    result = run(text, *words, operator="gemma4_routing")
    result.assert_outcomes(passed=1, skipped=1, deselected=2 * len(CHECKS))
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert "conformance: nothing was decided of vllm (NOT_RUN)" in result.outlines


@pytest.mark.parametrize(
    "options",
    [
        ["-k", "beside"],
        ["-k", "beside", "--maxfail", "1"],
        ["-k", "beside", "-n", "2"],
        ["--deselect", "conformance::op.py:DOUBLE::subject.py:route"],
        ["--setup-only"],
        ["--setup-plan"],
    ],
    ids=" ".join,
)
def test_a_subject_of_which_no_item_runs_fails_whatever_passes_beside_it(run, pytester, options):
    pytester.makepyfile(test_beside="def test_beside(): pass")
    assert run(RIGHT, *options).ret == pytest.ExitCode.TESTS_FAILED


def test_a_subject_fails_of_which_only_what_failed_last_is_asked_again(pytester):
    beside = "def test_beside(): assert False"
    pytester.makepyfile(subject=RIGHT, op=CONTRACT, test_beside=beside)
    words = ["--conformance-subject", "subject.py:route", "--conformance-profile", "quick"]
    words += ["--conformance-operator", "op.py:DOUBLE"]
    pytester.runpytest_subprocess(*words, "-k", "beside or load").assert_outcomes(
        passed=1, failed=1, deselected=len(CHECKS)
    )
    pytester.makepyfile(test_beside="def test_beside(): pass")
    result = pytester.runpytest_subprocess(*words, "--last-failed")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert "conformance: nothing was decided of subject.py:route (NOT_RUN)" in result.outlines


def test_a_subject_of_which_nothing_is_asked_fails_also_without_a_terminal(pytester):
    pytester.makepyfile(subject=RIGHT, test_beside="def test_beside(): pass")
    words = ["-p", "no:terminal", "-p", "no:cacheprovider", "-k", "beside"]
    result = pytester.runpytest_subprocess(*words, "--conformance-subject", "subject.py:route")
    assert result.ret == pytest.ExitCode.TESTS_FAILED


def test_several_processes_draw_with_the_seed_that_is_shown(run, pytester):
    pytester.makepyfile(test_beside="def test_beside(): pass")
    pytester.makeconftest(
        "import os\n"
        "def pytest_sessionfinish(session):\n"
        "    lines = session.config.hook.pytest_report_header(\n"
        "        config=session.config, start_path=session.config.rootpath)\n"
        "    (line,) = [line for line in sum(lines, []) if line.startswith('conformance:')]\n"
        "    open(f'header-{os.getpid()}', 'w').write(line)\n"
    )
    run(RIGHT, "-n", "2", "-k", "beside")
    headers = [path.read_text() for path in pytester.path.glob("header-*")]
    assert len(headers) == 3 and len(set(headers)) == 1 and ", seed " in headers[0]


def test_it_may_be_allowed_that_nothing_is_decided(run):
    result = run(RIGHT, "--conformance-device", "xpu", "--conformance-unsupported-ok")
    assert result.ret == pytest.ExitCode.OK and NOTHING in result.outlines


def test_a_subject_that_does_not_load_is_tried_once(run, pytester):
    result = run(COUNTED + "1 / 0")
    result.assert_outcomes(failed=1, skipped=len(CHECKS))
    result.stdout.fnmatch_lines(["*subject: cannot be loaded", "*ZeroDivisionError*"])
    assert (pytester.path / "loads").read_text() == "x"


def test_without_its_options_the_plugin_is_silent_and_imports_no_torch(pytester):
    pytester.makepyfile(
        "import sys\ndef test_modules(): assert not {'torch', 'triton', 'numpy'} & set(sys.modules)"
    )
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(passed=1)
    assert "conformance:" not in result.stdout.str()
