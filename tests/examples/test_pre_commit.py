"""The hooks for pre-commit, run by pre-commit where that needs no network."""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import yaml

from ..new.begun import FAULTS, plant
from .conftest import git
from .steps import execute

ROOT = Path(__file__).parents[2]
HOOKS = ROOT / ".pre-commit-hooks.yaml"


def pre_commit(folder, path, *words):
    environment = {**os.environ, "PATH": path, "PRE_COMMIT_HOME": str(folder.parent / "home")}
    return subprocess.run(
        [sys.executable, "-m", "pre_commit", *words],
        cwd=folder, env=environment, capture_output=True, text=True, timeout=300,
    )  # fmt: skip


def test_the_hooks_that_this_repository_offers_are_hooks_for_pre_commit(tmp_path):
    done = pre_commit(tmp_path, os.environ["PATH"], "validate-manifest", str(HOOKS))
    assert done.returncode == 0, done.stdout


def test_the_example_passes_a_right_commit_and_stops_a_wrong_one(repository, path):
    shutil.copy(ROOT / "examples/pre-commit-config.yaml", repository / ".pre-commit-config.yaml")
    with open(repository / "my_norm.py", "a") as file:
        file.write("# touched\n")
    git(repository, "add", ".")
    done = pre_commit(repository, path, "run", "--verbose")
    assert done.returncode == 0, done.stdout
    assert "conformant: " in done.stdout
    plant(repository / "my_norm.py", *FAULTS["norm"][:2])
    plant(repository / "my_ops.py", "int k=1) ->", "int k=2) ->")
    git(repository, "add", ".")
    done = pre_commit(repository, path, "run")
    assert done.returncode == 1
    assert "not conformant: " in done.stdout
    assert "locked_ops::op, k: does not match" in done.stdout


def test_the_hooks_that_this_repository_offers_say_what_the_example_says():
    offered = {hook["id"]: hook for hook in yaml.safe_load(HOOKS.read_text())}
    (local,) = yaml.safe_load((ROOT / "examples/pre-commit-config.yaml").read_text())["repos"]
    assert offered.keys() == {hook["id"] for hook in local["hooks"]}
    for hook in local["hooks"]:
        assert hook["entry"].startswith(offered[hook["id"]]["entry"])
        assert hook["pass_filenames"] is offered[hook["id"]]["pass_filenames"] is False
        assert hook["name"] == offered[hook["id"]]["name"]


def test_each_offered_hook_runs_as_pre_commit_would_run_it(repository, path):
    """The entry with the arguments of the user's configuration, in the root of the repository."""
    arguments = {"conformance-check": [], "conformance-lock": ["my_ops.py"]}
    for hook in yaml.safe_load(HOOKS.read_text()):
        words = [*shlex.split(hook["entry"]), *arguments[hook["id"]]]
        (done,) = execute([{"run": shlex.join(words)}], repository, path)
        assert done.returncode == 0, done.stdout + done.stderr
