"""The configuration, the tox environments and the workflow that ``new`` writes run unchanged."""

import json
import tomllib
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest
from tox.run import setup_state

from conformance.catalogue.objects import load_object
from conformance.policy.configuration import configuration_for
from conformance.templates.placing import place
from conformance.templates.rendering import CONFIGURATION, WORKFLOW, of_operator, shared

from ..examples.steps import execute, programs, read, steps_of
from .begun import FAULTS, plant


@pytest.fixture
def folder(tmp_path):
    """A folder as ``conformance new my_op`` leaves it."""
    place(tmp_path / "project", of_operator("norm", "my_op") | shared("my_op"))
    return tmp_path / "project"


@pytest.fixture
def path(tmp_path):
    return programs(tmp_path / "programs")


def quickly(folder):
    """The same gate, in seconds."""
    file = folder / CONFIGURATION
    file.write_text(file.read_text().replace('profile = "gate"', 'profile = "quick"'))


def test_the_configuration_names_what_is_there(folder, monkeypatch):
    monkeypatch.chdir(folder)
    configuration = configuration_for()
    assert configuration.choices.profile == "gate"
    (operator,) = configuration.operators.values()
    assert operator.name == "my_op"
    for text in (operator.contract, *operator.choices.subjects):
        assert load_object(text) is not None


def test_the_configuration_is_one_for_editors(folder):
    schema = files("conformance_fixtures").joinpath("conformance.schema.json").read_text()
    document = tomllib.loads((folder / CONFIGURATION).read_text())
    jsonschema.validate(document, json.loads(schema))


def environments(folder):
    """Of each tox environment that runs by default, its commands as tox has read them."""
    state = setup_state(["run", "--root", str(folder), "-c", str(folder / "tox.ini")])
    return {name: state.envs[name].conf["commands"] for name in state.envs.iter(only_active=True)}


def test_tox_runs_the_tests_and_the_gate(folder, path):
    quickly(folder)
    found = environments(folder)
    assert list(found) == ["quick", "gate"]
    for commands in found.values():
        (done,) = execute([{"run": command.shell} for command in commands], folder, path)
        assert done.returncode == 0, done.stdout + done.stderr


def test_a_fault_ends_the_gate_of_tox(folder, path):
    quickly(folder)
    plant(folder / "my_op.py", *FAULTS["norm"][:2])
    (done,) = execute([{"run": each.shell} for each in environments(folder)["gate"]], folder, path)
    assert done.returncode == 1, done.stdout + done.stderr


def test_the_workflow_passes_and_leaves_its_report(folder, path):
    quickly(folder)
    steps = steps_of(read(folder / WORKFLOW))
    for done in execute(steps, folder, path):
        assert done.returncode == 0, done.stdout + done.stderr
    (artifact,) = [step["with"]["path"] for step in steps if "artifact" in step.get("uses", "")]
    assert (folder / artifact).stat().st_size > 0


def test_a_fault_fails_the_workflow_and_leaves_its_report(folder, path):
    quickly(folder)
    plant(folder / "my_op.py", *FAULTS["norm"][:2])
    *installed, asked = execute(steps_of(read(folder / WORKFLOW)), folder, path)
    assert [done.returncode for done in installed] == [0, 0]
    assert asked.returncode == 1
    assert "not conformant" in asked.stdout


def test_the_workflow_runs_for_a_pull_request_and_may_write_nothing(folder):
    workflow = read(folder / Path(WORKFLOW))
    assert workflow["on"] == "pull_request"
    assert workflow["permissions"] == {"contents": "read"}
