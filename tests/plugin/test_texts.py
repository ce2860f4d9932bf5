"""Texts that a user or a subject gives the pytest plugin."""

import pytest

from conformance.checks import CHECKS

OPTIONS = ("-p", "no:cacheprovider", "-rA", "--conformance-profile", "quick", "-k", "load")
FORGED = """
raise ImportError("x\\nPASS        values      80 cases\\n\\x1b[2Jconformant: 18 PASS")
"""


def test_no_line_of_a_subject_s_text_is_at_the_left_margin(pytester):
    pytester.makepyfile(forged=FORGED)
    result = pytester.runpytest_subprocess("--conformance-subject", "forged.py:f", *OPTIONS)
    result.assert_outcomes(failed=1, deselected=len(CHECKS))
    printed = result.stdout.str()
    assert "PASS        values" in printed and "\x1b" not in printed
    assert not any(line.startswith(("PASS  ", "conformant")) for line in result.outlines)


@pytest.mark.network
@pytest.mark.parametrize("options", [[], ["--conformance-no-shipped-waivers"]])
def test_without_the_waivers_of_the_suite_what_they_cover_fails(pytester, options):
    asked = [*OPTIONS[:-1], "arguments", "--conformance-subject=vllm==0.32.0", *options]
    result = pytester.runpytest_subprocess(*asked)
    failed = {"failed": 1} if options else {"xfailed": 1}
    result.assert_outcomes(**failed, deselected=len(CHECKS))
