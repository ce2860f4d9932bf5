"""In repositories laid out as those of engines and of kernel libraries."""

from ..project import FILES, outcomes, run, write

ENGINE = {
    "pyproject.toml": """
[tool.pytest.ini_options]
addopts = "--strict-markers --strict-config -ra"
testpaths = ["tests"]
asyncio_mode = "auto"
asyncio_default_fixture_loop_scope = "function"
markers = ["slow: takes minutes", "conformance_level(number): of another tool"]
filterwarnings = ["error"]

[tool.conformance]
profile = "quick"
checks = ["values", "layout"]
severity = {layout = "warn"}

[tool.conformance.operators.double]
contract = "engine/op.py:DOUBLE"
subjects = ["engine/op.py:right"]
""",
    "tests/__init__.py": "",
    "tests/conftest.py": """
import pytest


@pytest.fixture(autouse=True)
def cleanup():
    yield


@pytest.fixture
def device():
    return "cpu"


def pytest_collection_modifyitems(items):
    for item in items:
        if item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.skip(reason="slow"))
""",
    "tests/kernels/__init__.py": "",
    "tests/kernels/conftest.py": """
import pytest


@pytest.fixture
def conformance_check(conformance_check, device):
    return lambda *what, **how: conformance_check(*what, device=device, **how)
""",
    "tests/kernels/core/test_double.py": """
import pytest


@pytest.mark.parametrize("name", ["right", "half_wrong"])
def test_double(conformance_check, name):
    conformance_check("double", f"engine/op.py:{name}", checks=["values"])


@pytest.mark.slow
def test_slow():
    raise AssertionError


async def test_async():
    pass
""",
}
LIBRARY = {
    "pyproject.toml": """
[tool.pytest.ini_options]
minversion = "7.0"
addopts = ["--import-mode=importlib", "--strict-markers"]
pythonpath = ["src"]
testpaths = ["test"]
""",
    "test/conftest.py": "import pytest\n\n\n@pytest.fixture\ndef subject():\n    return 'mine'\n",
    "test/utils.py": "",
    "test/transformers/test_double.py": """
import kernels.op
import pytest


@pytest.mark.conformance("kernels.op:DOUBLE", kernels.op.right, profile="quick",
                         checks=["values", "ties"])
def test_double(conformance_check, subject):
    assert subject == "mine"
    conformance_check()
""",
    "test/convergence/test_double.py": "def test_double():\n    pass\n",
}


def test_an_engine_with_its_tests_in_folders_and_warnings_as_errors(tmp_path):
    files = {**ENGINE, "engine/op.py": FILES["op.py"], "engine/__init__.py": ""}
    write(tmp_path, **files)
    (tmp_path / "test_beside.py").unlink()
    tests = run(tmp_path, "-p", "no:randomly", "-rA", "tests/kernels")
    tests.assert_outcomes(passed=2, failed=1, skipped=1)
    tests.stdout.no_fnmatch_line("conformance ?*")
    both = run(
        tmp_path, "-p", "no:randomly", "-rA", "--conformance", "tests/kernels", "-k", "not half"
    )
    told = outcomes(both)
    assert told["conformance::double::engine/op.py:right::values"] == "PASSED"
    assert told["conformance::double::engine/op.py:right::layout"] == "PASSED"
    assert told["tests/kernels/core/test_double.py::test_double[right]"] == "PASSED"
    below = run(tmp_path / "tests", "conformance::double::../engine/op.py:right::values", "-rA")
    assert list(outcomes(below).values()) == ["PASSED"]


def test_a_library_that_imports_by_path_and_has_two_tests_of_one_name(tmp_path):
    files = {**LIBRARY, "src/kernels/op.py": FILES["op.py"], "src/kernels/__init__.py": ""}
    write(tmp_path, **files)
    (tmp_path / "test_beside.py").unlink()
    result = run(tmp_path, "-p", "no:randomly", "-rA", "-n", "1")
    place = "test/transformers/test_double.py::test_double"
    assert outcomes(result) == {
        "test/convergence/test_double.py::test_double": "PASSED",
        f"{place}[load]": "PASSED",
        f"{place}[values]": "PASSED",
    }
    result.assert_outcomes(passed=3, skipped=1)
    again = run(tmp_path / "test", "-p", "no:randomly", f"{place[5:]}[values]", "-rA")
    assert list(outcomes(again).values()) == ["PASSED"]
