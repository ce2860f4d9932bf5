"""``conformance check NAMESPACE::OPERATOR`` and ``conformance registrations``, end to end."""

import json
import shlex

import pytest
from junitparser import JUnitXml

from conformance.checks.listing import listed_of_registrations

from .command import conformance

OPS = """
import os
import torch

LIBRARY = torch.library.Library("cli_ops", "DEF")


def define(name, schema, kernel, fake=torch.empty_like):
    LIBRARY.define(name + schema)
    LIBRARY.impl(name, kernel, "CPU")
    torch.library.register_fake(f"cli_ops::{name}", fake, lib=LIBRARY)


def moves(ids):
    ids += 5 * (ids >= 1_000_000)
    return ids * 2


def norm(x, weight, eps):
    wide = x.double()
    return (wide * (wide.square().mean(-1, keepdim=True) + eps).rsqrt() * (weight + 1)).to(x.dtype)


define("doubled", "(Tensor x) -> Tensor", lambda x: x * 2)
define("moves_ids", "(Tensor ids) -> Tensor", moves)
define("norm", "(Tensor x, Tensor weight, float eps) -> Tensor", norm,
       lambda x, weight, eps: torch.empty_like(x))
define("dies", "(Tensor x) -> Tensor", lambda x: os.abort())
define("shy", "(Tensor x, str word) -> Tensor", lambda x, word: {"please": x * 2}[word],
       lambda x, word: torch.empty_like(x))

EXAMPLES = {
    "cli_ops::doubled": (torch.arange(12.0).view(4, 3),),
    "cli_ops::moves_ids": {"ids": torch.tensor([3, 1_000_000, 7])},
    "cli_ops::dies": (torch.arange(4.0),),
    "cli_ops::shy": (torch.arange(4.0), "please"),
    "cli_ops::norm": (torch.zeros(2, 4), [1.0], 0.5),
}
"""
QUICK = ("--profile", "quick", "--no-store", "--seed", "3")
EXAMPLE = ("--example", "ops.py:EXAMPLES")
REPORTS = ("--json", "log.json", "--junit", "log.xml")


@pytest.fixture
def folder(tmp_path):
    """A folder with a file that registers operators."""
    (tmp_path / "ops.py").write_text(OPS)
    return tmp_path


def check(folder, operator, *words):
    return conformance(
        "check", f"cli_ops::{operator}", "--import", "ops.py", *QUICK, *words, cwd=folder
    )


def registrations(folder, *words):
    return conformance("registrations", *words, cwd=folder)


def finished(folder):
    """(operator, check, verdict) of everything that the log tells of."""
    events = json.loads((folder / "log.json").read_text())["events"]
    return [
        (event["run"]["operator"], event["check"], event["verdict"])
        for event in events
        if event["event"] == "CheckFinished"
    ]


def verdicts(done):
    """The verdict of each check on standard output."""
    lines = [line.split() for line in done.stdout.splitlines()]
    return {words[1]: words[0] for words in lines if len(words) > 1 and words[0].isupper()}


def test_a_right_operator_is_asked_every_check_from_its_schema_alone(folder):
    done = check(folder, "doubled", *REPORTS)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "subject cli_ops::doubled(Tensor x) -> Tensor (" in done.stdout
    assert "a file that means harm can hide it" in done.stdout
    found = {id_: verdict for _, id_, verdict in finished(folder)}
    assert set(found) - {"load"} == {each.id for each in listed_of_registrations()}
    assert {id_ for id_, verdict in found.items() if verdict != "PASS"} == {"unused"}
    names = [case.name for suite in JUnitXml.fromfile(str(folder / "log.xml")) for case in suite]
    assert {"writes", "fake", "exported"} <= set(names)


def test_a_dishonest_operator_exits_with_1_and_its_replay_shows_the_same_finding(folder):
    done = check(folder, "moves_ids", *EXAMPLE, "--check", "writes")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "found   ids: 1 elements change, and the schema does not say" in done.stdout
    (command,) = [
        line.split("replay  ")[1] for line in done.stdout.splitlines() if "  replay  " in line
    ]
    again = conformance(*shlex.split(command)[1:], cwd=folder)
    assert again.returncode == 1, again.stdout + again.stderr
    told = [line for line in done.stdout.splitlines() if line[2:9].strip() in ("found", "where")]
    assert len(told) == 2 and all(line in again.stdout for line in told)


def test_with_a_contract_the_registration_and_its_values_are_two_runs_of_one_command(folder):
    done = check(
        folder, "norm", "--contract", "rms_norm", "--check", "signature", "--check", "values",
        *REPORTS,
    )  # fmt: skip
    assert done.returncode == 1, done.stdout + done.stderr
    runs = finished(folder)
    assert ("cli_ops::norm", "signature", "PASS") in runs
    assert ("rms_norm", "values", "FAIL") in runs
    names = [case.name for suite in JUnitXml.fromfile(str(folder / "log.xml")) for case in suite]
    assert {"signature", "values"} <= set(names)


def test_every_operator_of_a_file_is_asked(folder):
    done = registrations(
        folder, "ops.py", "--operator", "cli_ops::d*bled", "--operator", "cli_ops::moves_*",
        *EXAMPLE, "--check", "writes", "--check", "dispatch", *QUICK, *REPORTS,
    )  # fmt: skip
    assert done.returncode == 1, done.stdout + done.stderr
    assert done.stdout.startswith("ops.py: 5 operators in 1 modules\n")
    found = set(finished(folder))
    assert ("cli_ops::doubled", "writes", "PASS") in found
    assert ("cli_ops::moves_ids", "writes", "FAIL") in found
    assert ("cli_ops::moves_ids", "dispatch", "PASS") in found
    assert {operator for operator, _, _ in found} == {"cli_ops::doubled", "cli_ops::moves_ids"}


def test_operators_are_listed_and_not_called(folder):
    done = registrations(folder, "ops.py", "--list", "--operator", "cli_ops::d*")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[1:] == ["cli_ops::dies", "cli_ops::doubled"]


def test_a_name_that_does_not_exist_exits_with_2_and_a_hint(folder):
    done = registrations(folder, "ops.py", "--operator", "cli_ops::doubld")
    assert done.returncode == 2 and "did you mean cli_ops::doubled?" in done.stderr


def test_a_file_that_registers_nothing_is_undecided(folder):
    (folder / "empty.py").write_text("import torch\n")
    done = registrations(folder, "empty.py")
    assert done.returncode == 3
    assert "registers no operator: there is nothing to judge" in done.stdout


def test_a_file_that_raises_is_not_conformant(folder):
    (folder / "raises.py").write_text("raise RuntimeError('no compiler here')\n")
    done = registrations(folder, "raises.py")
    assert done.returncode == 1
    assert "raises.py cannot be imported: RuntimeError: no compiler here" in done.stdout


def test_a_file_that_does_not_exist_exits_with_2(folder):
    done = registrations(folder, "opz.py")
    assert done.returncode == 2 and "opz.py" in done.stderr + done.stdout


def test_an_operator_that_the_file_does_not_register_exits_with_2(folder):
    done = check(folder, "tripled")
    assert done.returncode == 2 and "cli_ops::tripled" in done.stderr + done.stdout


def test_a_kernel_that_ends_its_process_fails_where_an_example_says_that_it_takes_the_call(folder):
    done = check(folder, "dies", *EXAMPLE, "--check", "writes", "--check", "dispatch")
    assert done.returncode == 1, done.stdout + done.stderr
    found = verdicts(done)
    assert (found["writes"], found["dispatch"]) == ("FAIL", "PASS")
    assert "SIGABRT" in done.stdout


def test_a_kernel_that_ends_its_process_at_a_call_of_its_schema_is_not_judged_by_it(folder):
    done = check(folder, "dies", "--check", "writes", "--check", "dispatch")
    assert done.returncode == 0, done.stdout + done.stderr
    found = verdicts(done)
    assert (found["writes"], found["dispatch"]) == ("UNSUPPORTED", "PASS")
    assert "give a call with --example FILE.py:ARGUMENTS" in done.stdout


def test_a_kernel_that_takes_no_call_of_its_schema_is_asked_with_an_example(folder):
    without = check(folder, "shy", "--check", "writes")
    assert without.returncode == 3
    assert "its schema alone does not say how it is called" in without.stdout
    assert check(folder, "shy", "--check", "writes", *EXAMPLE).returncode == 0


def test_an_example_that_does_not_fit_names_the_argument(folder):
    done = check(folder, "norm", *EXAMPLE, "--check", "writes")
    assert done.returncode in (1, 2), done.stdout + done.stderr
    assert "weight of the example is no tensor: [1.0]" in done.stdout + done.stderr


@pytest.mark.parametrize("name", ["cli_ops::a;b", "cli_ops::../x", "cli_ops::", "a::b::c", "::x"])
def test_a_name_of_odd_characters_is_refused(folder, name):
    done = conformance("check", name, "--import", "ops.py", cwd=folder)
    assert done.returncode == 2
    assert "names no operator: write NAMESPACE::NAME" in done.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("check", "cli_ops::doubled", "--check", "fakes"), "did you mean fake?"),
        (("check", "cli_ops::doubled", "--check", "values"), "need a contract: --contract"),
        (("check", "cli_ops::doubled", "--subject", "torch"), "is the subject itself"),
        (("check", "rms_norm", "--example", "ops.py:EXAMPLES"), "--contract and --example are for"),
        (("registrations", "ops.py", "--check", "values"), "no check values"),
    ],
)
def test_what_makes_no_sense_together_is_told(folder, words, message):
    done = conformance(*words, cwd=folder)
    assert done.returncode == 2 and message in done.stderr, done.stderr


def test_a_check_of_registrations_is_explained():
    done = conformance("explain", "fake")
    assert done.returncode == 0
    assert done.stdout.startswith("fake: Does the fake kernel say what the real one does?\n")
    assert "Strides count only where they mean something" in done.stdout


def test_checks_of_registrations_are_listed_apart():
    done = conformance("list")
    assert done.returncode == 0
    listed = done.stdout.partition("\nchecks of registrations\n")[2].partition("\nprofiles\n")[0]
    assert [line.split()[0] for line in listed.splitlines()] == [
        each.id for each in listed_of_registrations()
    ]
