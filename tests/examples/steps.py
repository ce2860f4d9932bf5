"""The steps of a workflow or of a composite action, executed as GitHub's runner does.

Actions of GitHub's own are not executed, and no others are allowed, those in a folder aside.
"""

import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

ACTIONS = {
    "actions/checkout@v4": {"fetch-depth"},
    "actions/setup-python@v5": {"python-version"},
    "actions/upload-artifact@v4": {"name", "path"},
}
"""The actions that a file of ours may use, with what it may say of them."""
PROGRAMS = {
    "conformance": "conformance",
    "pip": "pip",
    "pytest": "pytest",
    "python": "",
    "python3": "",
}
"""What stands on the path of a step: this Python, and modules of it."""
STEP = {"uses", "run", "name", "if", "with", "env", "shell"}


def read(file: Path) -> dict:
    """A YAML file. The key ``on`` is a boolean for YAML 1.1, and a word for GitHub."""
    document = yaml.safe_load(file.read_text())
    assert isinstance(document, dict)
    if True in document:
        document["on"] = document.pop(True)
    return document


def steps_of(workflow: Mapping) -> list[dict]:
    """All steps of a workflow, in order."""
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def programs(folder: Path) -> str:
    """A path on which the programs are."""
    folder.mkdir()
    for name, module in PROGRAMS.items():
        called = f"-m {module} " if module else ""
        (folder / name).write_text(f'#!/bin/sh\nexec {sys.executable} {called}"$@"\n')
        (folder / name).chmod(0o755)
    return os.pathsep.join([str(folder), os.environ["PATH"]])


def execute(
    steps: Sequence[Mapping], folder: Path, path: str, inputs: Mapping[str, str] | None = None
) -> list[subprocess.CompletedProcess]:
    """Execute the steps in a folder, up to the first that fails; what came of each command.

    ``inputs`` are those of a composite action.
    """
    done: list[subprocess.CompletedProcess] = []
    inputs = inputs or {}
    for step in steps:
        assert step.keys() <= STEP, step
        failed = any(each.returncode for each in done)
        if "if" in step:
            assert step["if"] == "always()", "no other condition is understood here"
        elif failed:
            continue
        given = {key: _filled(str(value), inputs) for key, value in step.get("env", {}).items()}
        if "run" in step:
            done.append(_run(_filled(step["run"], inputs), folder, path, given))
        elif step["uses"].startswith("./"):
            done += _composite(folder / step["uses"], step.get("with", {}), folder, path)
        else:
            assert step.get("with", {}).keys() <= ACTIONS[step["uses"]], step
    return done


def _composite(
    action: Path, given: Mapping[str, str], folder: Path, path: str
) -> list[subprocess.CompletedProcess]:
    document = read(action / "action.yml")
    assert document["runs"]["using"] == "composite"
    declared = document["inputs"]
    assert given.keys() <= declared.keys(), given
    inputs = {name: str(given.get(name, declared[name]["default"])) for name in declared}
    for step in document["runs"]["steps"]:
        assert "run" not in step or step["shell"] == "bash"
    return execute(document["runs"]["steps"], folder, path, inputs)


def _filled(text: str, inputs: Mapping[str, str]) -> str:
    """A text with the inputs of an action in it. Other expressions are not understood."""
    filled = re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda found: inputs[found[1]], text)
    assert "${{" not in filled, text
    return filled


def _run(
    script: str, folder: Path, path: str, given: Mapping[str, str]
) -> subprocess.CompletedProcess:
    environment = {
        **os.environ, "PATH": path, "CI": "true", "GITHUB_ACTIONS": "true",
        # What a step installs is here already: nothing may be fetched.
        "GITHUB_BASE_REF": "main",
        "PIP_NO_INDEX": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_ROOT_USER_ACTION": "ignore",
        **given,
    }  # fmt: skip
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=folder, env=environment, capture_output=True, text=True, timeout=600,
    )  # fmt: skip
