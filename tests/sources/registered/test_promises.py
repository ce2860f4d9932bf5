"""What fakes say plainly, kernels, functions and switches."""

import pytest

from .trees import read, write

FAKES = {
    "return torch.empty_like(x)": (("*x.shape",), "x.dtype", "as x"),
    "return x.new_empty((x.shape[0], k), dtype=torch.int32)": (
        ("x.shape[0]", "k"),
        "int32",
        "contiguous",
    ),
    "m, n = x.shape\n    return torch.empty((m, n // 2), dtype=x.dtype, device=x.device)": (
        ("x.shape[0]", "x.shape[1] // 2"),
        "x.dtype",
        "contiguous",
    ),
    "return torch.empty(x.size(0), k, dtype=x.dtype)": (
        ("x.shape[0]", "k"),
        "x.dtype",
        "contiguous",
    ),
    "return x.new_zeros(x.shape[:-1] + (k,))": (("*x.shape[:-1] + (k,)",), "x.dtype", "contiguous"),
    "assert k > 0\n    out = torch.empty_like(x, memory_format=torch.contiguous_format)\n"
    "    return out": (("*x.shape",), "x.dtype", "contiguous"),
    "if k > 1:\n        return x\n    return torch.empty_like(x)": (None, None, None),
    "return helper(x)": (None, None, None),
    "return torch.empty((helper(x),), dtype=torch.bool)": (None, "bool", "contiguous"),
}


@pytest.mark.parametrize("body", FAKES)
def test_a_fake_kernel(tmp_path, body):
    code = 'import torch\n@torch.library.custom_op("w::f", mutates_args=())\n'
    code += "def f(x: torch.Tensor, k: int) -> torch.Tensor: ...\n"
    # The fake may name its parameters otherwise.
    code += f"@f.register_fake\ndef _(x, k):\n    {body}\n"
    (operator,) = read(write(tmp_path, ops=code))["w"].operators
    (result,) = operator.fake
    assert (result.shape, result.dtype, result.strides) == FAKES[body]


def test_a_fake_is_told_in_the_names_of_the_operator(tmp_path):
    code = 'import torch\ntorch.library.define("w::f", "(Tensor a) -> Tensor")\n'
    code += '@torch.library.register_fake("w::f")\ndef _(b):\n    return torch.empty_like(b)\n'
    (operator,) = read(write(tmp_path, ops=code))["w"].operators
    assert operator.fake[0].strides == "as a"


def test_kernels_and_public_functions_beside_them(tmp_path):
    code = """
    import triton
    import triton.language as tl
    @triton.jit
    def kernel(x_ptr, n, BLOCK: tl.constexpr, FAST: "tl.constexpr" = True): ...
    def launch(x, *more, block: int = 64, **options) -> None: ...
    def _private(x): ...
    """
    lock = read(write(tmp_path, pkg__k=code, pkg__other="def public(x): ..."))["tree"]
    (kernel,), (function,) = lock.kernels, lock.functions
    assert (kernel.name, kernel.constexprs) == ("pkg.k:kernel", ("BLOCK", "FAST"))
    assert [p.default for p in kernel.parameters] == [None, None, None, "True"]
    assert [p.name for p in function.parameters] == ["x", "*more", "block", "**options"]
    assert function.parameters[2].keyword_only and function.returns == "None"


def test_a_body_is_the_same_wherever_it_stands(tmp_path):
    body = "@triton.jit\ndef kernel(x):\n    return x\n"
    first = write(tmp_path / "a", k=f"import triton\n{body}")
    moved = write(tmp_path / "b", k=f"import triton\n\n\n# moved\n{body}")
    other = write(tmp_path / "c", k=f"import triton\n{body}".replace("return x", "return -x"))
    hashes = [read(root)["tree"].kernels[0].body for root in (first, moved, other)]
    assert hashes[0] == hashes[1] != hashes[2]


def test_switches_with_their_defaults(tmp_path):
    code = """
    import os
    from os import environ, getenv
    def flag(name, default="no"):
        return os.environ.get(name, default) == "yes"
    TABLE = {"A": lambda: os.getenv("A", "0"), "B": lambda: bool(int(environ.get("B", "1")))}
    os.environ["C"]; getenv("D"); flag("E"); flag("F", "yes"); os.environ["WRITTEN"] = "1"
    """
    switches = read(write(tmp_path, pkg__envs=code))["tree"].switches
    assert {switch.name: switch.default for switch in switches} == {
        "A": "'0'",
        "B": "'1'",
        "C": None,
        "D": None,
        "E": "'no'",
        "F": "'yes'",
    }
