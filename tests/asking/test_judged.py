"""The code that was judged has a fingerprint, and it says of what."""

import functools
from hashlib import sha256

import pytest
import torch

from conformance.asking.judged import judged_code
from conformance.catalogue.objects import load_object
from conformance.events.events import Judged
from conformance.subjects.loaded import origin_of
from conformance.subjects.subject import load_subject


def judged(function, sources=None, **more):
    return judged_code(origin_of(function), sources, "s", function, **more)


def write(path, text="def f(x): return x\n"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def sum_of(text):
    return sha256(text.encode()).hexdigest()


def test_a_function_in_a_file_is_the_file(tmp_path):
    path = write(tmp_path / "mine.py")
    found = judged(load_object(f"{path}:f"))
    assert found == Judged(f"file {path}", sum_of(path.read_text()))


LAUNCHED = """
import triton
import triton.language as tl
from conformance.contract import Axis, Budget, Contract, Operator, Output, TensorArgument
from conformance.subjects.launch import Launch
CONTRACT = Contract(
    "double", "2x", (Axis("N", "numbers"),), (TensorArgument("x", ("N",), ("float32",), "x"),),
    (Output("y", ("N",), "x", "2x", budget=Budget(0, 0, "exact")),), lambda x: (2 * x,),
)
@triton.jit
def kernel(x, y): tl.store(y, 2 * tl.load(x))
LAUNCH = Launch(kernel, lambda s: (1,), lambda s: {"x": s.x, "y": s.y})
OPERATOR = Operator(CONTRACT, {})
"""


def test_a_launch_is_the_file_of_its_kernel_and_not_that_of_the_suite(tmp_path):
    path = write(tmp_path / "launch.py", LAUNCHED)
    found = judged_code(
        load_subject(load_object(f"{path}:OPERATOR"), f"{path}:LAUNCH").origin, None
    )
    assert found == Judged(f"file {path}", sum_of(LAUNCHED))


def test_a_function_of_a_package_is_the_python_files_beside_it(tmp_path):
    path = write(tmp_path / "package" / "mine.py")
    write(path.with_name("__init__.py"), "")
    function = load_object(f"{path}:f")
    first = judged(function)
    assert first.what == f"2 Python files of {path.parent}"
    write(path.with_name("notes.txt"))
    assert judged(function) == first
    write(path.with_name("helper.py"))
    assert judged(function).sha256 != first.sha256


def test_a_release_is_all_its_files(tmp_path):
    write(tmp_path / "a" / "kernel.py")
    write(tmp_path / "data.bin")
    first = judged(sum_of, tmp_path)
    assert first.what == f"2 files of {tmp_path}"
    write(tmp_path / "a" / "__pycache__" / "kernel.pyc")
    assert judged(sum_of, tmp_path) == first
    (tmp_path / "data.bin").rename(tmp_path / "other.bin")
    assert judged(sum_of, tmp_path).sha256 != first.sha256


def test_a_callable_that_is_given_is_its_source_text():
    found = judged(sum_of, text_only=True)
    text = "def sum_of(text):\n    return sha256(text.encode()).hexdigest()\n"
    assert found == Judged("source text of s", sum_of(text))


def test_a_decorator_does_not_hide_what_is_judged():
    @functools.wraps(sum_of)
    def decorated(text):
        return sum_of(text)

    assert judged(decorated, text_only=True) == judged(sum_of, text_only=True)


@pytest.mark.parametrize("function", [torch.ops.aten.mul, len, eval("lambda x: x")])
def test_what_has_no_source_has_no_fingerprint(function):
    assert judged(function, text_only=True) == Judged()
