"""What a configuration says, where it is found, and how a mistake in it is told."""

from pathlib import Path

import pytest

from conformance.events.request import GIB
from conformance.events.severity import Severity
from conformance.policy.configuration import (
    ConfigurationError,
    configuration_for,
    read_file,
)

WHOLE = """
profile = "quick"
devices = ["cpu"]
checks = ["values", "ties"]
skip = ["sizes"]
waivers = ["waivers.toml"]
shipped-waivers = false
store = false
targets = ["sm_90"]
jobs = 2
fail-fast = true
unsupported-ok = false

[severity]
arguments = "warn"

[limits]
call-seconds = 5
memory-gib = 2.5

[operators.my_norm]
contract = "contracts/norm.py:MY_NORM"
subjects = ["kernels/norm.py:my_norm", "vllm==0.32.0"]
files = ["kernels/*.py"]
profile = "gate"

[operators."my_ns::my_op"]
imports = "ops.py"
example = "ops.py:ARGUMENTS"
"""


def written(folder: Path, text: str, name: str = "conformance.toml") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def test_every_key_is_read(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = read_file(written(tmp_path, WHOLE))
    said = found.choices
    assert (said.profile, said.devices, said.checks) == ("quick", ("cpu",), ("values", "ties"))
    assert said.severity == {"arguments": Severity.WARN, "sizes": Severity.OFF}
    assert said.limits.limits().call_seconds == 5
    assert said.limits.limits().memory == int(2.5 * GIB)
    assert (said.waivers, said.shipped_waivers, said.store) == (("waivers.toml",), False, "")
    assert (said.targets, said.jobs) == (("sm_90",), 2)
    assert (said.fail_fast, said.unsupported_ok) == (True, False)
    norm = found.operators["my_norm"]
    assert norm.operator == "contracts/norm.py:MY_NORM"
    assert norm.choices.subjects == ("kernels/norm.py:my_norm", "vllm==0.32.0")
    assert norm.files == ("kernels/*.py",)
    registered = found.operators["my_ns::my_op"]
    assert registered.registered and registered.operator == "my_ns::my_op"
    assert (registered.imports, registered.example) == ("ops.py", "ops.py:ARGUMENTS")


def test_what_an_operator_says_counts_more_than_what_the_project_says(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    asked = read_file(written(tmp_path, WHOLE)).asked_of("my_norm")
    assert asked.choices.profile == "gate"
    assert asked.choices.checks == ("values", "ties")
    assert asked.choices.severity["arguments"] is Severity.WARN


def test_an_operator_that_is_not_configured_gets_what_the_project_says(tmp_path):
    asked = read_file(written(tmp_path, WHOLE)).asked_of("gemma4_routing")
    assert (asked.operator, asked.choices.profile) == ("gemma4_routing", "quick")


def test_paths_are_given_as_they_are_reached_from_the_current_folder(tmp_path, monkeypatch):
    written(tmp_path, WHOLE)
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep)
    found = configuration_for()
    norm = found.operators["my_norm"]
    assert norm.operator == "../../contracts/norm.py:MY_NORM"
    assert norm.choices.subjects == ("../../kernels/norm.py:my_norm", "vllm==0.32.0")
    assert found.choices.waivers == ("../../waivers.toml",)
    assert found.operators["my_ns::my_op"].imports == "../../ops.py"


def test_the_nearest_folder_upwards_counts(tmp_path, monkeypatch):
    written(tmp_path, 'profile = "qualify"')
    inner = tmp_path / "inner"
    inner.mkdir()
    written(inner, '[tool.conformance]\nprofile = "quick"', "pyproject.toml")
    assert configuration_for(inner).choices.profile == "quick"
    written(inner, "[project]\nname = 'x'", "pyproject.toml")
    assert configuration_for(inner).choices.profile == "qualify"


def test_two_configurations_of_one_folder_are_a_mistake(tmp_path):
    written(tmp_path, "")
    written(tmp_path, "[tool.conformance]", "pyproject.toml")
    with pytest.raises(ConfigurationError, match="both configure this project: keep one"):
        configuration_for(tmp_path)


def test_a_broken_pyproject_that_is_not_ours_is_none_of_our_business(tmp_path):
    written(tmp_path, "[project\nname=", "pyproject.toml")
    assert configuration_for(tmp_path).source is None


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('profil = "quick"', "no key 'profil'; did you mean profile?"),
        ("zzz = 1", "no key 'zzz'; known: jobs, profile, subjects"),
        ("profile = 3", "profile = 3: profile takes a text"),
        ('skip = "sizes"', "skip = 'sizes': skip takes a list of texts"),
        ('[severity]\nties = "loud"', 'each value "deny", "warn" or "off"'),
        ("[limits]\ncall-second = 5", "limits: no key 'call-second'; did you mean call-seconds?"),
        ("[limits]\ncall-seconds = 0", "each value a number above zero"),
        ("[limits]\ncall-seconds = inf", "each value a number above zero"),
        ("jobs = true", "jobs takes a whole number above zero"),
        ("store = true", "store takes a folder, or false"),
        ("operators = 3", "write [operators.NAME]"),
        ("[operators]\nx = 3", "operators.x: write a table"),
        ('[operators.x]\ncontrakt = "a"', "no key 'contrakt'; did you mean contract?"),
        ('[operators.x]\njobs = 2', "operators.x: no key 'jobs'"),
        ('[operators."a.py:B"]', "'a.py:B' is no name: the file is its contract"),
        ('skip = ["ties"]\n[severity]\nties = "warn"', "ties is left out by skip and has"),
        ("profile = ", "conformance.toml: Invalid value"),
    ],
)  # fmt: skip
def test_a_mistake_names_the_file_the_key_and_what_was_meant(text, complaint, tmp_path):
    path = written(tmp_path, text)
    with pytest.raises(ConfigurationError) as error:
        read_file(path)
    assert complaint in str(error.value)
    assert str(error.value).startswith(str(path))


def test_a_file_without_a_configuration_is_told(tmp_path):
    path = written(tmp_path, "[project]", "pyproject.toml")
    with pytest.raises(ConfigurationError, match=r"there is no \[tool.conformance\]"):
        read_file(path)


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(ConfigurationError, match="No such file"):
        read_file(tmp_path / "conformance.toml")
