"""Names of a package come to life out of its files, with what they need and nothing else."""

import sys

import pytest

from conformance.wheels.errors import CircularModules, ExtractionError, FunctionNotFound
from conformance.wheels.package import Package

FILES = {
    "tiny/__init__.py": "raise RuntimeError('importing the package needs a GPU')",
    "tiny/ops/__init__.py": "from .shared import *\nfrom tiny.ops.add import add",
    "tiny/ops/add.py": """
from typing import TYPE_CHECKING
import torch
from tiny.ops import twice
from tiny.platforms import current, registered
from ..config import LIMIT as limit
from no_such_package import Base

if TYPE_CHECKING:
    from tiny.types import Shape

registered("add")(None)


@registered
def add(a, b):
    return twice(a) + b + limit


def with_hardware(a):
    import tiny.native as native

    return native.add(a) if a else current.name


def on_gpu():
    return torch.cuda.name(), torch.add is not None


class Kernel(Base):
    @staticmethod
    def size():
        from tiny.config import LIMIT, SIZES
        return LIMIT, SIZES
""",
    "tiny/ops/shared.py": "def twice(a): return FACTOR * a\nFACTOR = 2\n1 / FACTOR",
    "tiny/config.py": "import tiny\nLIMIT = 5\nSIZES = {}\nSIZES['a'] = LIMIT\nDEVICE = tiny.gpu()",
    "tiny/types.py": "1 / 0",
    "tiny/parts/__init__.py": "from . import errors, sizes\nfrom .sizes import SIZE\n",
    "tiny/parts/errors.py": "class Error(Exception): pass\n",
    "tiny/parts/sizes.py": "SIZE = 3\n",
    "tiny/whole.py": "from tiny import parts\nfrom tiny.parts import SIZE, errors\n"
    "def size(): return SIZE\ndef module(): return errors, parts\n",
    "tiny/a.py": "from tiny.b import g\ndef f(): return g() + 1\nX = f()",
    "tiny/b.py": "from tiny.a import f\ndef g(): return f and 1\nY = g()",
}


@pytest.fixture
def package(tmp_path):
    for name, text in FILES.items():
        path = tmp_path / "wheel" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def find(file):
        path = tmp_path / "wheel" / file
        return path if path.is_file() else None

    class Absent(str):
        def __call__(self, function):
            return function

        def __mro_entries__(self, bases):
            return ()

    def make(**imports):
        return Package(find, tmp_path / "extracted", imports, Absent)

    return make


def test_a_function_brings_what_it_needs_of_other_modules(package):
    made = package()
    assert made.load("tiny/ops/add.py", "add")(1, 1) == 2 + 1 + 5
    assert made.stood_in == ("tiny.platforms.registered",)


def test_nothing_of_the_package_is_imported_by_name(package):
    package().load("tiny/ops/add.py", "add")
    assert not [name for name in sys.modules if name.partition(".")[0] == "tiny"]


def test_lines_are_those_of_the_release(package):
    found = package().load("tiny/ops/add.py", "add")
    line = FILES["tiny/ops/add.py"].split("\n").index("@registered") + 1
    assert found.__code__.co_firstlineno == line
    assert found.__code__.co_filename.endswith("tiny/ops/add.py")


def test_what_the_wheel_lacks_is_asked_for_and_listed(package):
    made = package()
    found = made.load("tiny/ops/add.py", "with_hardware")
    assert made.stood_in == ("tiny.native", "tiny.platforms.current")
    with pytest.raises(AttributeError, match="add"):
        found(1)


def test_imports_inside_a_function_are_found_too(package):
    made = package()
    assert made.load("tiny/ops/add.py", "Kernel").size() == (5, {"a": 5})
    assert made.stood_in == ("no_such_package.Base",)


def test_a_module_may_be_replaced_whole(package, monkeypatch):
    from types import ModuleType, SimpleNamespace

    module = ModuleType("their_platforms")
    module.current = SimpleNamespace(name="cpu")
    monkeypatch.setitem(sys.modules, "their_platforms", module)
    made = package(**{"tiny.platforms": "their_platforms"})
    assert made.load("tiny/ops/add.py", "with_hardware")(0) == "cpu"
    assert made.stood_in == ("tiny.native", "tiny.platforms.current")


def test_part_of_a_foreign_module_may_be_replaced_for_the_release_alone(package, monkeypatch):
    from types import ModuleType

    import torch

    module = ModuleType("their_cuda")
    module.name = lambda: "none"
    monkeypatch.setitem(sys.modules, "their_cuda", module)
    made = package(**{"torch.cuda": "their_cuda"})
    assert made.load("tiny/ops/add.py", "on_gpu")() == ("none", True)
    assert made.stood_in == ("torch.cuda",)
    assert torch.cuda is not module


def test_names_of_one_file_in_two_loads_do_not_get_in_each_other_s_way(package):
    first = package().load("tiny/ops/add.py", "add")
    second = package().load("tiny/ops/add.py", "on_gpu")
    assert first.__code__.co_filename != second.__code__.co_filename


def test_what_the_file_does_not_define_is_not_found(package):
    with pytest.raises(FunctionNotFound, match="no function ad; similar: add"):
        package().load("tiny/ops/add.py", "ad")
    with pytest.raises(ExtractionError, match=r"no file tiny/gone\.py"):
        package().load("tiny/gone.py", "add")


def test_a_module_that_a_package_imports_is_not_looked_for_in_itself(package):
    made = package()
    assert made.load("tiny/whole.py", "module")() == ("tiny.parts.errors", "tiny.parts")
    assert made.stood_in == ("tiny.parts", "tiny.parts.errors")
    assert package().load("tiny/whole.py", "size")() == 3


def test_modules_that_need_one_another_while_they_are_loaded_are_refused(package):
    with pytest.raises(CircularModules, match=r"tiny\.a -> tiny\.b -> tiny\.a"):
        package().load("tiny/a.py", "X")
