"""Functions leave their module with all they need, on the lines they had."""

import textwrap
from pathlib import Path

import pytest

from conformance.wheels.errors import FunctionNotFound, OutsideDependency
from conformance.wheels.extract import extract_functions
from conformance.wheels.load import load_module

IMPORTS = {
    "vendor.triton_utils.triton": "triton",
    "vendor.triton_utils.tl": "triton.language",
}

MODULE = '''\
"""A module of a package that is not installed."""

import math
from collections.abc import (
    Callable,
    Iterable,
)

import torch
from torch import nn
from vendor.config import VendorConfig
from vendor.triton_utils import tl, triton

from .utils import maybe

logger = maybe.logger(__name__)
BASE = 2
LIMIT = BASE * 2
LIMIT += 1


class Model(nn.Module):
    config: VendorConfig


@triton.jit
def _kernel(
    pointer,
    COUNT: tl.constexpr,
):
    tl.store(pointer + tl.arange(0, COUNT), helper(COUNT))


def decorated(function: Callable) -> Callable:
    function.limit = LIMIT
    return function


@decorated
def launch(values: torch.Tensor) -> int:
    logger = "a local name that a global one also has"
    return len(logger) + LIMIT + math.floor(helper(0.5)) + len(values)


def helper(value):
    return value + 1 if value < LIMIT else helper(value - 1)


def needs_vendor():
    return VendorConfig()


def needs_relative():
    return maybe


def needs_nothing_known():
    return undefined_name


def imports_inside():
    from vendor.triton_utils import (
        tl,
    )
    return tl


def imports_vendor_inside():
    import vendor.other
    return vendor.other
'''


@pytest.fixture
def source(tmp_path) -> Path:
    path = tmp_path / "package" / "model.py"
    path.parent.mkdir()
    path.write_text(MODULE)
    return path


def kept_lines(path: Path) -> dict[int, str]:
    return {n: line for n, line in enumerate(path.read_text().split("\n"), 1) if line.strip()}


def test_functions_keep_their_lines_and_bring_what_they_need(source, tmp_path):
    path = extract_functions(source, ["launch"], tmp_path / "out", imports=IMPORTS)
    original = MODULE.split("\n")
    lines = kept_lines(path)
    assert len(path.read_text().split("\n")) == len(original)
    changed = {n: line for n, line in lines.items() if line != original[n - 1]}
    assert changed == {4: "from collections.abc import Callable"}
    text = path.read_text()
    for wanted in ("import math", "import torch\n", "BASE = 2", "LIMIT += 1", "@decorated"):
        assert wanted in text
    for unwanted in ("nn", "vendor", "Model", "logger =  maybe", "maybe", "_kernel", "Iterable"):
        assert unwanted not in text


def test_extracted_functions_run_and_report_true_lines(source, tmp_path):
    path = extract_functions(source, ["launch"], tmp_path / "out", imports=IMPORTS)
    module = load_module(path)
    assert module.launch([0]) == len("a local name that a global one also has") + 5 + 1 + 1
    assert module.launch.limit == 5
    line = MODULE.split("\n").index("@decorated") + 1
    assert module.launch.__code__.co_firstlineno == line
    assert module.launch.__code__.co_filename == str(path)


def test_triton_kernels_keep_their_decorator_and_get_triton(source, tmp_path):
    pytest.importorskip("triton")
    path = extract_functions(source, ["_kernel"], tmp_path / "out", imports=IMPORTS)
    line = MODULE.split("\n").index("from vendor.triton_utils import tl, triton") + 1
    assert kept_lines(path)[line] == "import triton.language as tl; import triton"
    kernel = load_module(path)._kernel
    assert kernel.starting_line_number == MODULE.split("\n").index("@triton.jit") + 1


def test_imports_inside_a_function_are_replaced_in_place(source, tmp_path):
    pytest.importorskip("triton")
    path = extract_functions(source, ["imports_inside"], tmp_path / "out", imports=IMPORTS)
    assert load_module(path).imports_inside().__name__ == "triton.language"
    lines = kept_lines(path)
    first = min(lines)
    assert lines[first + 1] == "    import triton.language as tl"
    assert lines[first + 4] == "    return tl"


@pytest.mark.parametrize(
    ("function", "name", "why"),
    [
        ("needs_vendor", "VendorConfig", "imported as vendor.config.VendorConfig"),
        ("needs_relative", "maybe", r"imported as \.utils\.maybe"),
        ("needs_nothing_known", "undefined_name", "the module does not define it"),
        ("imports_vendor_inside", "vendor", "imported as vendor.other"),
        ("_kernel", "triton", "imported as vendor.triton_utils"),
    ],
)
def test_what_comes_from_outside_is_named(source, tmp_path, function, name, why):
    with pytest.raises(OutsideDependency, match=why) as caught:
        extract_functions(source, [function], tmp_path / "out")
    assert caught.value.name in {name, "tl"}
    assert not (tmp_path / "out").exists()


def test_a_missing_function_is_named_with_what_is_similar(source, tmp_path):
    with pytest.raises(FunctionNotFound, match="no function lunch; similar: launch"):
        extract_functions(source, ["lunch"], tmp_path / "out")


def test_a_name_that_is_no_function_is_missing(source, tmp_path):
    with pytest.raises(FunctionNotFound, match="no function LIMIT"):
        extract_functions(source, ["LIMIT"], tmp_path / "out")


def extracted(tmp_path: Path, text: str, name: str):
    source = tmp_path / "odd.py"
    source.write_text(textwrap.dedent(text))
    return load_module(extract_functions(source, [name], tmp_path / "out"))


def test_future_imports_stay(tmp_path):
    text = """
        from __future__ import annotations
        def f(x: NotDefined): return x
    """
    assert extracted(tmp_path, text, "f").f(3) == 3


def test_compound_statements_are_kept_whole(tmp_path):
    text = """
        try:
            import math as m
        except ImportError as error:
            m = reason = error
        for width in range(3):
            total = width
        def f(): return m.floor(1.5) + total
    """
    assert extracted(tmp_path, text, "f").f() == 3


def test_statements_on_one_line_stay_together(tmp_path):
    assert extracted(tmp_path, "a = 1; b = a + 1\ndef f(): return b\n", "f").f() == 2


def test_classes_and_annotated_constants_are_kept(tmp_path):
    text = """
        WIDTH: int = 4
        class Shape:
            rows = WIDTH
            area = rows * WIDTH
        def f(shape=Shape): return shape.area
    """
    assert extracted(tmp_path, text, "f").f() == 16


def test_text_beside_ascii_does_not_shift_columns(tmp_path):
    text = "def f():\n    text = 'größe'; import vendor.x as x; return x.pi, text\n"
    source = tmp_path / "odd.py"
    source.write_text(text, encoding="utf-8")
    path = extract_functions(source, ["f"], tmp_path / "out", imports={"vendor.x": "math"})
    assert load_module(path).f()[1] == "größe"


def test_two_loads_give_two_modules(source, tmp_path):
    path = extract_functions(source, ["helper"], tmp_path / "out")
    assert load_module(path) is not load_module(path)
