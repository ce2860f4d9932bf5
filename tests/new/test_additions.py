"""Files that a folder has once are never changed: what they lack is told."""

import tomllib
from configparser import ConfigParser

import pytest

from conformance.policy.configuration import ConfigurationError, configuration_for
from conformance.templates.additions import additions, missing
from conformance.templates.rendering import CONFIGURATION, TOX, WORKFLOW, shared

ONCE = shared("my_op")


def told(folder):
    """What has to be added, by file."""
    return {
        str(each.file.relative_to(folder)): each.text for each in additions(folder, ONCE, "my_op")
    }


def test_an_empty_folder_gets_all_of_them(tmp_path):
    assert missing(tmp_path, ONCE) == ONCE
    assert not told(tmp_path)


def test_a_second_operator_needs_a_table_and_nothing_else(tmp_path):
    for path, text in shared("another").items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    assert not missing(tmp_path, ONCE)
    (file, table), *others = told(tmp_path).items()
    assert (file, others) == (CONFIGURATION, [])
    with open(tmp_path / CONFIGURATION, "a") as configuration:
        configuration.write(table)
    assert set(configuration_for(tmp_path).operators) == {"another", "my_op"}
    assert not told(tmp_path)


@pytest.mark.parametrize("file", [CONFIGURATION, "pyproject.toml"])
def test_a_configuration_above_is_taken_with_paths_from_there(tmp_path, file):
    below = tmp_path / "src" / "kernels"
    below.mkdir(parents=True)
    (tmp_path / file).write_text("[tool.conformance]\n" if file == "pyproject.toml" else "")
    assert CONFIGURATION not in missing(below, ONCE)
    (addition,) = additions(below, ONCE, "my_op")
    assert addition.file == tmp_path / file
    with open(addition.file, "a") as configuration:
        configuration.write(addition.text)
    operator = configuration_for(tmp_path).operators["my_op"]
    assert operator.contract == "src/kernels/my_op_contract.py:CONTRACT"
    assert operator.choices.subjects == ("src/kernels/my_op.py:my_op",)


def test_a_project_without_a_configuration_gets_one(tmp_path):
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "conformance"\n')
    assert CONFIGURATION in missing(tmp_path, ONCE)


def test_two_configurations_are_a_mistake_that_is_told(tmp_path):
    (tmp_path / CONFIGURATION).touch()
    (tmp_path / "pyproject.toml").write_text("[tool.conformance]\n")
    with pytest.raises(ConfigurationError, match="keep one"):
        missing(tmp_path, ONCE)


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("tox.ini", "[tox]\n"),
        ("setup.cfg", "[tox:tox]\n"),
        ("pyproject.toml", "[tool.tox]\n"),
        ("tox.toml", 'env_list = ["3.11"]\n'),
    ],
)
def test_where_tox_is_configured_already_an_environment_is_told(tmp_path, file, text):
    (tmp_path / file).write_text(text)
    assert TOX not in missing(tmp_path, ONCE)
    addition = told(tmp_path)[file]
    if file.endswith("toml"):
        read = tomllib.loads(addition)
        gate = (read.get("tool", {}).get("tox") or read)["env"]["gate"]
        assert gate["commands"] == [["conformance", "check"]]
    else:
        parser = ConfigParser()
        parser.read_string(addition)
        assert parser["testenv:gate"]["commands"] == "conformance check"


def test_a_setup_that_cannot_be_read_is_none_of_tox(tmp_path):
    (tmp_path / "setup.cfg").write_text("nothing that has a section\n")
    assert TOX in missing(tmp_path, ONCE)


def test_a_workflow_of_this_name_that_asks_something_else_gets_a_step(tmp_path):
    (tmp_path / WORKFLOW).parent.mkdir(parents=True)
    (tmp_path / WORKFLOW).write_text("on: push\n")
    assert WORKFLOW not in missing(tmp_path, ONCE)
    assert told(tmp_path)[WORKFLOW].strip() == "- run: conformance check --format github"
