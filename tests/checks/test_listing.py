"""What is listed without importing a check is what the checks say themselves."""

import subprocess
import sys

import pytest

import conformance.checks
from conformance.checks import CHECKS, OF_CAPTURED_CALLS, Check, find_check
from conformance.checks.listing import Listed, _read, find_listed, listed, listed_of_generation
from conformance.checks.registry import GENERATION_CHECKS

WITHOUT = """
import sys
from conformance.checks.listing import listed
assert listed()
print([name for name in ("torch", "triton", "hypothesis", "numpy") if name in sys.modules])
"""


def test_the_list_agrees_with_the_checks():
    assert [check.id for check in CHECKS] == [each.id for each in listed()]
    for check in CHECKS:
        assert find_listed(check.id) == Listed(check.id, check.question, check.explanation)


@pytest.mark.parametrize("check", [*GENERATION_CHECKS, *OF_CAPTURED_CALLS], ids=lambda c: c.id)
def test_what_a_check_of_engines_or_captured_calls_says_of_itself_is_listed(check):
    """Such checks share functions, and a docstring is that of the check's own file."""
    assert find_listed(check.id) == Listed(check.id, check.question, check.explanation)


def test_checks_of_engines_are_listed_in_their_order():
    assert [check.id for check in GENERATION_CHECKS] == [e.id for e in listed_of_generation()]


def test_listing_imports_no_check():
    done = subprocess.run([sys.executable, "-c", WITHOUT], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_the_package_gives_the_checks_themselves():
    assert all(isinstance(check, Check) for check in CHECKS)
    assert find_check("ties") is next(check for check in CHECKS if check.id == "ties")
    assert conformance.checks.CHECKS is CHECKS and conformance.checks.Check is Check
    with pytest.raises(
        AttributeError, match=r"^module 'conformance.checks' has no attribute 'no'$"
    ):
        conformance.checks.no  # noqa: B018


@pytest.mark.parametrize("find", [find_check, find_listed])
def test_an_unknown_id_is_told_with_the_known_ones(find):
    with pytest.raises(KeyError, match="no check 'vlaues'; known: values, state, dtypes"):
        find("vlaues")


def test_a_file_without_a_check_is_an_error(tmp_path):
    (tmp_path / "empty.py").write_text('"""Nothing."""\n')
    with pytest.raises(ValueError, match=r"empty\.py holds no CHECK"):
        _read(tmp_path / "empty.py")


def test_a_file_is_read_as_python_reads_it(tmp_path):
    file = tmp_path / "own.py"
    docstring = '"""Why?\n\n    An ångström.\n"""\n'
    check = 'X = 1\nCHECK = Check(\n    "own", "Wh" "y?", f, effort=2\n)\n'
    file.write_text(docstring + check, encoding="utf-8")
    assert _read(file) == Listed("own", "Why?", "Why?\n\n    An ångström.")
    file.write_text('CHECK = Check("own", "Why?")\n')
    assert _read(file) == Listed("own", "Why?", "")
    file.write_text('CHECK = Check("own")\nOTHER = Check("own", "Why?")\n')
    with pytest.raises(ValueError, match=r"holds no CHECK = Check\(id, question, …\)"):
        _read(file)
