"""What does not exist is told before anything is collected, with the exit code of a wrong use."""

import pytest

from .project import DOUBLE, ID, write

SUBJECT = ("--conformance-subject", "op.py:right")


@pytest.fixture
def complaint(pytester):
    """The one line that pytest says of a wrong use."""
    write(pytester.path)

    def complaint(*words):
        result = pytester.runpytest_inprocess("-p", "no:cacheprovider", *words)
        assert result.ret == pytest.ExitCode.USAGE_ERROR
        assert not result.outlines, "something was collected"
        (line,) = [line for line in result.errlines if line]
        return line

    return complaint


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--conformance-subject", "nothing.py:f"], "no file nothing.py"),
        (["--conformance-subject", "trition"], "did you mean triton?"),
        (["--conformance-operator", "rms_nrom"], "did you mean rms_norm?"),
        (["--conformance-operator", "nothing.py:C"], "no file nothing.py"),
        ([*SUBJECT, "--conformance-device", "cdua"], "did you mean cuda?"),
        ([*SUBJECT, "--conformance-profile", "quik"], "did you mean quick?"),
        ([*SUBJECT, "--conformance-profile", "fast"], "no profile 'fast'; known: quick, gate"),
        ([*SUBJECT, "--conformance-waivers", "no.toml"], "no.toml: No such file"),
        ([*SUBJECT, "--conformance-check", "vlaues"], "did you mean values?"),
        ([*SUBJECT, "--conformance-skip", "vlaues"], "did you mean values?"),
        ([*SUBJECT, "--conformance-severity", "vlaues=warn"], "did you mean values?"),
        ([*SUBJECT, "--conformance-severity", "values=wran"], "did you mean warn?"),
        ([*SUBJECT, "--conformance-setting", "router"], "write NAME=VALUE"),
        ([*SUBJECT, "--conformance-seed", str(1 << 70)], "a seed has at most 63 bits"),
        (["--conformance"], "nothing to check"),
        ([f"{ID}op.py:right::vlaues"], "did you mean values?"),
        ([f"{ID}nothing.py:f::values"], "no file nothing.py"),
        (["conformance::rms_nrom::values"], "did you mean rms_norm?"),
        (["conformance::gemma4_routing::values[cdua]"], "did you mean cuda?"),
        (["conformance::gemma4_routing::tokens"], "has no check tokens"),
        (["conformance::"], "names nothing"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_does_not_exist_is_a_usage_error(complaint, words, said):
    assert said in complaint(*words)


@pytest.mark.parametrize("nothing", ["", " "])
@pytest.mark.parametrize(
    "option", ["subject", "operator", "device", "profile", "waivers", "check", "skip", "store"]
)
def test_a_text_that_says_nothing_is_a_usage_error(complaint, option, nothing):
    assert "says nothing" in complaint(*SUBJECT, f"--conformance-{option}={nothing}")


def test_a_configuration_that_is_wrong_is_a_usage_error(complaint, pytester):
    pytester.makefile(".toml", conformance="profil = 'quick'\n")
    line = complaint("--conformance")
    assert "conformance.toml" in line and "did you mean profile?" in line


def test_a_path_that_is_no_id_is_left_to_pytest(pytester):
    write(pytester.path)
    result = pytester.runpytest_inprocess("nothing::at::all")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "file or directory not found: nothing::at::all" in result.stderr.str()


def test_a_contract_that_is_wrong_ends_the_session_with_its_mistake(pytester):
    broken = "from conformance.contract import Contract\nBROKEN = Contract(name='x')\n"
    write(pytester.path, **{"broken.py": broken})
    result = pytester.runpytest_subprocess(
        "-p",
        "no:cacheprovider",
        *DOUBLE[2:],
        *SUBJECT,
        "--conformance-operator",
        "broken.py:BROKEN",
    )
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "broken.py" in result.stdout.str() and "Traceback" not in result.stdout.str()
