"""Plain functions are locked by signature, with the kernels of their module."""

import json
import os
import subprocess
import sys

import pytest

ROUTER = """
import triton
import triton.language as tl


@triton.jit
def kernel(x, n, BLOCK: tl.constexpr):
    pass


def route(gating, topk: int, scale=None) -> tuple:
    return gating, topk


def other(x):
    return x
"""
FUNCTION = ("--function", "my_router.route:route")


@pytest.fixture
def lock(tmp_path):
    """Runs ``conformance lock`` on an operator and with a package of functions beside it."""
    package = tmp_path / "my_router"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "route.py").write_text(ROUTER)

    def run(*words):
        done = subprocess.run(
            [sys.executable, "-m", "conformance", "lock", *words],
            cwd=tmp_path, capture_output=True, text=True, timeout=120,
            env={**os.environ, "PYTHONPATH": str(tmp_path)},
        )  # fmt: skip
        return done.returncode, done.stdout + done.stderr

    run.file = package / "route.py"
    run.lock = tmp_path / "fixtures" / "locks" / "my_router.json"
    return run


def test_a_function_and_the_kernels_of_its_module(lock):
    code, said = lock(*FUNCTION)
    assert code == 0, said
    data = json.loads(lock.lock.read_text())
    assert list(data["functions"]) == ["my_router.route:route"]
    assert data["functions"]["my_router.route:route"] == {
        "parameters": ["gating", "topk: int", "scale = None"],
        "returns": "tuple",
        "body": data["functions"]["my_router.route:route"]["body"],
    }
    assert list(data["kernels"]) == ["my_router.route:kernel"]
    assert data["kernels"]["my_router.route:kernel"]["constexprs"] == ["BLOCK"]


def test_a_parameter_that_moved_fails_the_gate(lock):
    lock(*FUNCTION)
    assert lock(*FUNCTION, "--check")[0] == 0
    lock.file.write_text(ROUTER.replace("topk: int, scale=None", "scale=None, topk: int = 1"))
    code, said = lock(*FUNCTION, "--check")
    assert code == 1 and "my_router.route:route" in said


def test_a_parameter_of_a_kernel_that_is_gone_fails_the_gate(lock):
    lock(*FUNCTION)
    lock.file.write_text(ROUTER.replace("x, n, BLOCK", "x, BLOCK"))
    code, said = lock(*FUNCTION, "--check")
    assert code == 1 and "my_router.route:kernel" in said


@pytest.mark.parametrize("name", ["my_router.route:none", "my_router", "no_such_package.x:f"])
def test_a_function_that_is_not_there_is_a_wrong_use(lock, name):
    code, said = lock("--function", name)
    assert code == 2 and name.partition(":")[0].partition(".")[0] in said


def test_nothing_to_lock_is_a_wrong_use(lock):
    assert lock()[0] == 2


def test_a_part_of_what_is_there(lock):
    assert lock(*FUNCTION, "--only", "my_router.route:r*")[0] == 0
    data = json.loads(lock.lock.read_text())
    assert "kernels" not in data and list(data["functions"]) == ["my_router.route:route"]
