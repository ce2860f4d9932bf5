"""A repository to run examples in."""

import subprocess
from shutil import copytree

import pytest

from conformance.templates.placing import place
from conformance.templates.rendering import of_operator, shared

from .steps import programs

OPS = """
import torch
LIBRARY = torch.library.Library("locked_ops", "FRAGMENT")
LIBRARY.define("op(Tensor x, int k=1) -> Tensor")
LIBRARY.impl("op", lambda x, k=1: x.clone(), "CPU")
torch.library.register_fake("locked_ops::op", lambda x, k=1: torch.empty_like(x), lib=LIBRARY)
"""


def git(folder, *words):
    name = ["-c", "user.name=n", "-c", "user.email=e@x"]
    subprocess.run(["git", *name, *words], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def path(tmp_path):
    """Where the programs of a step are."""
    return programs(tmp_path / "programs")


@pytest.fixture(scope="session")
def _locked(tmp_path_factory):
    folder = tmp_path_factory.mktemp("locked") / "repository"
    place(folder, of_operator("norm", "my_norm") | shared("my_norm") | {"my_ops.py": OPS})
    configuration = folder / "conformance.toml"
    configuration.write_text(configuration.read_text().replace('"gate"', '"quick"'))
    git(folder.parent, "init", "-q", "-b", "main", str(folder))
    subprocess.run(
        ["conformance", "lock", "my_ops.py"], cwd=folder, check=True, capture_output=True,
        env={"PATH": programs(folder.parent / "programs")},
    )  # fmt: skip
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "begun")
    git(folder, "update-ref", "refs/remotes/origin/main", "HEAD")
    return folder


@pytest.fixture
def repository(_locked, tmp_path):
    """A repository with an operator that ``new`` began, which is asked quickly, and a locked one.

    It is committed on ``main`` and on ``origin/main``; a change is on no branch yet.
    """
    return copytree(_locked, tmp_path / "repository")
