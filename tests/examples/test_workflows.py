"""Every workflow of ``examples/`` runs unchanged: it passes what is right and fails what is not."""

from pathlib import Path
from shutil import copytree

import pytest

from ..new.begun import FAULTS, plant
from .steps import execute, read, steps_of

EXAMPLES = Path(__file__).parents[2] / "examples"
GATES = ("github-gate.yaml", "github-gate-with-action.yaml")


def run(name, repository, path):
    """The steps of a workflow; what came of each command."""
    copytree(EXAMPLES / "action", repository / ".github/actions/conformance")
    return execute(steps_of(read(EXAMPLES / name)), repository, path)


def texts(done):
    return [(each.returncode, each.stdout, each.stderr) for each in done]


def touch(repository):
    with open(repository / "my_norm.py", "a") as file:
        file.write("# touched\n")


@pytest.mark.parametrize("name", GATES)
def test_a_gate_passes_a_right_kernel_and_leaves_a_report(repository, path, name):
    touch(repository)
    *installed, asked = run(name, repository, path)
    assert [each.returncode for each in installed] == [0, 0], texts(installed)
    assert asked.returncode == 0, texts([asked])
    assert "\nconformant: " in asked.stdout
    assert (repository / "conformance.html").stat().st_size > 0


@pytest.mark.parametrize("name", GATES)
def test_a_gate_fails_a_fault_and_leaves_a_report(repository, path, name):
    plant(repository / "my_norm.py", *FAULTS["norm"][:2])
    asked = run(name, repository, path)[-1]
    assert asked.returncode == 1, texts([asked])
    assert "not conformant: " in asked.stdout
    assert (repository / "conformance.html").stat().st_size > 0


def test_a_gate_asks_nothing_of_a_change_that_touches_no_operator(repository, path):
    (repository / "notes.md").write_text("notes\n")
    asked = run("github-gate.yaml", repository, path)[-1]
    assert asked.returncode == 0
    assert "no operator is touched" in asked.stdout


def test_schemas_pass_where_nothing_changed_and_fail_where_callers_break(repository, path):
    done = run("github-schemas.yaml", repository, path)
    assert [each.returncode for each in done] == [0, 0, 0], texts(done)
    plant(repository / "my_ops.py", "int k=1) ->", "int k=2) ->")
    done = execute(steps_of(read(EXAMPLES / "github-schemas.yaml")), repository, path)
    assert done[-1].returncode == 1
    assert "locked_ops::op, k: does not match" in done[-1].stdout


def test_inputs_of_the_action_are_never_run(repository, path):
    copytree(EXAMPLES / "action", repository / ".github/actions/conformance")
    step = {
        "uses": "./.github/actions/conformance",
        "with": {"operator": "$(touch harm); touch harm #"},
    }
    asked = execute([step], repository, path)[-1]
    assert asked.returncode == 2
    assert "no operator '$(touch harm); touch harm #'" in asked.stderr
    assert not (repository / "harm").exists()


def test_every_input_of_the_action_says_what_it_is():
    inputs = read(EXAMPLES / "action" / "action.yml")["inputs"]
    assert all(each["description"].endswith(".") and "default" in each for each in inputs.values())


def test_the_job_for_gitlab_passes_a_right_kernel_and_leaves_a_report(repository, path):
    job = read(EXAMPLES / "gitlab-ci.yaml")["conformance"]
    done = execute([{"run": line} for line in job["script"]], repository, path)
    assert [each.returncode for each in done] == [0, 0, 0], texts(done)
    assert (repository / job["artifacts"]["reports"]["junit"]).stat().st_size > 0


def test_no_example_is_left_out():
    asked = {*GATES, "github-schemas.yaml", "gitlab-ci.yaml", "pre-commit-config.yaml", "action"}
    asked |= {"lockstep.py"}  # tests/lockstep runs it
    assert {each.name for each in EXAMPLES.iterdir()} == asked
