"""What is installed: every package of the checkout, the data, and no module of a foreign name."""

import shutil
import subprocess
import sys
from importlib.metadata import distributions
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[1]
FOLDERS = {
    "conformance": "conformance",
    "fixtures": "conformance_fixtures",
    "kernels": "conformance_kernels",
}


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder into which the checkout's wheel was installed."""
    source, target = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("target")
    for folder in FOLDERS:
        ignored = shutil.ignore_patterns("__pycache__", ".*")
        shutil.copytree(CHECKOUT / folder, source / folder, ignore=ignored)
    for file in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(CHECKOUT / file, source)
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pip", "install", "--no-deps", "--no-build-isolation"),
            *("--no-index", "--quiet", "--target", str(target), str(source)),
        ],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return target


def packages(folder: Path) -> set[Path]:
    """The folders below, itself included, that hold Python files."""
    return {path.parent.relative_to(folder) for path in folder.rglob("*.py")}


def test_only_names_of_this_project_reach_the_top_level(installed):
    found = {path.name for path in installed.iterdir()} - {"bin"}
    (information,) = {name for name in found if name.endswith(".dist-info")}
    assert information.startswith("kernel_conformance-")
    assert found == {*FOLDERS.values(), information}


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_package_of_the_checkout_is_installed(installed, folder):
    assert packages(installed / FOLDERS[folder]) == packages(CHECKOUT / folder)


def test_every_module_of_the_checkout_is_installed(installed):
    for folder, name in FOLDERS.items():
        for path in (CHECKOUT / folder).rglob("*.py"):
            assert (installed / name / path.relative_to(CHECKOUT / folder)).is_file(), path


def test_data_files_are_installed(installed):
    data = [
        Path(FOLDERS[folder], file.relative_to(CHECKOUT / folder))
        for folder in FOLDERS
        for kind in ("toml", "json", "typed")
        for file in (CHECKOUT / folder).rglob(f"*.{kind}")
    ]
    hooks = CHECKOUT / "conformance" / "generation" / "hooks"
    templates = CHECKOUT / "conformance" / "templates"
    kept = [*hooks.rglob("*"), *templates.rglob("*.template")]
    data += [file.relative_to(CHECKOUT) for file in kept if file.is_file()]
    assert len(data) > 60
    assert [file for file in data if not (installed / file).is_file()] == []


def test_what_lets_engines_kernels_run_in_lockstep_is_found_by_nobody_else(installed):
    """Entry points of a folder that is in front of the path of an engine's process only."""
    groups = ("triton.backends", "vllm.general_plugins")
    hooks = installed / "conformance" / "generation" / "hooks"
    (declared,) = distributions(path=[str(hooks)])
    assert {point.group for point in declared.entry_points} == set(groups)
    for own in distributions(path=[str(installed)]):
        assert not [point for point in own.entry_points if point.group in groups]


def test_the_command_and_the_entry_points_are_declared(installed):
    (points,) = installed.glob("*.dist-info/entry_points.txt")
    text = points.read_text()
    assert "[console_scripts]\nconformance = conformance.cli.main:main\n" in text
    assert "[pytest11]\nconformance = conformance.pytest_plugin\n" in text
    assert "gemma4_routing = conformance_kernels.gemma4_routing.contract:OPERATOR" in text


def test_the_installed_copy_works_by_itself(installed, tmp_path):
    code = (
        f"import sys; sys.path.insert(0, {str(installed)!r})\n"
        "import conformance, conformance_kernels.gemma4_routing.contract as contract\n"
        "from conformance.policy.profiles import profiles\n"
        "from conformance.policy.waivers import load_waivers\n"
        "assert profiles() and load_waivers() and contract.OPERATOR\n"
        "print(conformance.__file__, contract.__file__)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert all(place.startswith(str(installed)) for place in done.stdout.split())
