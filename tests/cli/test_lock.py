"""``conformance lock`` and ``conformance diff``: the gate before a merge, and what it says."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

OPS = """
import torch
LIBRARY = torch.library.Library("locked_ops", "FRAGMENT")
LIBRARY.define("op(Tensor x, int k=1) -> Tensor")
LIBRARY.impl("op", lambda x, k=1: x.clone(), "CPU")
torch.library.register_fake("locked_ops::op", lambda x, k=1: torch.empty_like(x), lib=LIBRARY)
"""


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "conformance", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)


def git(folder: Path, *words: str) -> None:
    name = ["-c", "user.name=n", "-c", "user.email=e@x"]
    subprocess.run(["git", *name, *words], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with a locked operator, committed on origin/main."""
    (tmp_path / "my_ops.py").write_text(OPS)
    done = run(tmp_path, "lock", "my_ops.py")
    assert done.returncode == 0, done.stderr
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "locked")
    git(tmp_path, "update-ref", "refs/remotes/origin/main", "HEAD")
    return tmp_path


def test_a_lock_that_matches_passes_and_one_that_does_not_fails(repository: Path):
    check = ("lock", "--check", "my_ops.py")
    compare = ("diff", "origin/main", "fixtures/locks", "--format", "github")
    assert run(repository, *check).returncode == 0
    assert run(repository, *compare).returncode == 0

    (repository / "my_ops.py").write_text(OPS.replace("int k=1) ->", "int k=2) ->"))
    done = run(repository, *check)
    assert done.returncode == 1
    assert "locked_ops::op, k: does not match: int k=1 -> int k=2 [default-changed]" in done.stdout
    assert run(repository, "lock", "my_ops.py").returncode == 0
    done = run(repository, *compare)
    assert done.returncode == 1
    assert (
        "::error file=fixtures/locks/locked_ops.json,line=5,title=default-changed::" in done.stdout
    )


def test_unlocked_and_stale_entries_fail(repository: Path):
    more = OPS + 'LIBRARY.define("new(Tensor x) -> Tensor")\n'
    (repository / "my_ops.py").write_text(more)
    done = run(repository, "lock", "--check", "my_ops.py")
    assert (done.returncode, "locked_ops::new: unlocked" in done.stdout) == (1, True)

    assert run(repository, "lock", "my_ops.py").returncode == 0
    (repository / "my_ops.py").write_text(OPS)
    stale = repository / "fixtures/locks/gone.json"
    stale.write_text('{"lock": 1, "namespace": "gone"}')
    done = run(repository, "lock", "--check", "my_ops.py")
    assert done.returncode == 1
    assert "locked_ops::new: stale" in done.stdout
    assert "gone.json: stale: nothing registers this namespace any more" in done.stdout


def lock(path: Path, schema: str) -> str:
    name = schema.partition("(")[0]
    data = {"lock": 1, "namespace": "ns", "operators": {name: {"schema": schema}}}
    path.write_text(json.dumps(data))
    return str(path)


def test_a_diff_says_what_breaks_whom_and_where_both_sides_came_from(tmp_path: Path):
    old = lock(tmp_path / "old.json", "ns::op(Tensor x, int k) -> Tensor")
    new = lock(tmp_path / "new.json", "ns::op(Tensor(a!) x, int k) -> Tensor")
    done = run(tmp_path, "diff", old, new)
    assert done.returncode == 1
    assert f"old: from the lock {old}" in done.stdout
    assert "[write-added]" in done.stdout
    assert "1 breaking" in done.stdout
    assert "version owed: major" in done.stdout
    assert "\033[" not in done.stdout

    told = json.loads(run(tmp_path, "diff", old, new, "--format", "json").stdout)
    assert [change["rule"] for change in told["changes"]] == ["write-added"]
    assert told["owed"] == "major"
    assert run(tmp_path, "diff", old, old).returncode == 0


def test_what_is_damaged_or_not_there_is_told(tmp_path: Path):
    (tmp_path / "bad.json").write_text('{"lock": 1}')
    done = run(tmp_path, "diff", "bad.json", "bad.json")
    assert (done.returncode, "bad.json: 'namespace' is missing" in done.stderr) == (2, True)
    done = run(tmp_path, "lock", "nothing_here.py")
    assert (done.returncode, "nothing_here.py" in done.stderr) == (2, True)
