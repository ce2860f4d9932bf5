"""Only calls that a change really breaks are listed, with file and line."""

import pytest

from conformance.schemas.lock import Lock, LockedFunction, LockedKernel, LockedOperator
from conformance.schemas.schema import Argument
from conformance.schemas.text import parse_schema
from conformance.sources.registered.callers import broken_calls

from .trees import write

OLD = "w::f(Tensor x, Tensor scale, int k=1, *, bool fast=False) -> Tensor"


def lock(*schemas, kernels=(), functions=()):
    operators = tuple(LockedOperator(parse_schema(text)) for text in schemas)
    return Lock("w", operators, tuple(kernels), tuple(functions))


def found(tmp_path, old, new, code):
    write(tmp_path, pkg__calls=f"import torch\n{code}\n")
    return [(call.line, call.why) for call in broken_calls(old, new, tmp_path)]


NEW = {
    "removed": ("w::f(Tensor x, Tensor scale, *, bool fast=False) -> Tensor", [2, 3]),
    "required": ("w::f(Tensor x, Tensor scale, int k, *, bool fast=False) -> Tensor", [4, 5]),
    "keyword removed": ("w::f(Tensor x, Tensor scale, int k=1) -> Tensor", [5]),
    "reordered": ("w::f(Tensor scale, Tensor x, int k=1, *, bool fast=False) -> Tensor", [2, 3, 4]),
    "default": ("w::f(Tensor x, Tensor scale, int k=2, *, bool fast=False) -> Tensor", [4, 5]),
    "renamed": ("w::f(Tensor x, Tensor s, int k=1, *, bool fast=False) -> Tensor", [5]),
    "type": ("w::f(Tensor x, float scale, int k=1, *, bool fast=False) -> Tensor", [2, 3, 4, 5]),
    "optional added": ("w::f(Tensor x, Tensor scale, int k=1, *, bool fast=False, int n=0)"
                       " -> Tensor", []),
    "same": (OLD, []),
}  # fmt: skip
CALLS = """torch.ops.w.f(x, s, 3)
torch.ops.w.f.default(x, s, k=3)
torch.ops.w.f(x, s)
torch.ops.w.f(x=x, scale=s, fast=True)
torch.ops.other.f(x, s, 3)
torch.ops.w.f(x)"""


@pytest.mark.parametrize("change", NEW)
def test_calls_of_an_operator(tmp_path, change):
    new, lines = NEW[change]
    assert [line for line, _ in found(tmp_path, lock(OLD), lock(new), CALLS)] == lines


def test_an_operator_that_is_gone(tmp_path):
    broken = found(tmp_path, lock(OLD), lock(), "f = torch.ops.w.f\nf(x, s)\ng(x)")
    assert broken == [(3, "it is gone")]


def test_the_python_function_that_is_the_operator(tmp_path):
    ops = '@torch.library.custom_op("w::f", mutates_args=())\ndef g(x: torch.Tensor) -> None: ...'
    write(tmp_path, pkg__ops=f"import torch\n{ops}\n")
    old, new = lock("w::f(Tensor x) -> ()"), lock("w::f(Tensor x, int k) -> ()")
    write(tmp_path, pkg__f="def f(): ...")
    code = "from pkg.ops import g\ng(x)  # f\ng(x, 1)\nf = 1"
    assert found(tmp_path, old, new, code) == [(3, "k is missing")]


def test_functions_that_moved_and_launches(tmp_path):
    old = lock(
        kernels=[LockedKernel("pkg.k:kernel", (Argument("x", ""), Argument("n", "")))],
        functions=[LockedFunction("pkg.k:route", (Argument("x", ""),))],
    )
    new = lock(
        kernels=[LockedKernel("pkg.k:kernel", (Argument("x", ""),))],
        functions=[LockedFunction("pkg.new:route", (Argument("x", ""),))],
    )
    code = "from pkg.k import kernel, route\nkernel[(1,)](x, n=1)\nkernel[(1,)](x, num_warps=4)"
    assert found(tmp_path, old, new, code) == [(2, "it is gone"), (3, "there is no argument n")]


def test_arguments_that_are_not_seen_are_not_held_against_a_call(tmp_path):
    new = lock("w::f(Tensor x, Tensor scale, int k, *, bool fast=False) -> Tensor")
    assert found(tmp_path, lock(OLD), new, "torch.ops.w.f(*a)\ntorch.ops.w.f(x, s, **more)") == []
