"""Where `rebel` comes from: the emulation stands in only where there is no compiler."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import rebel

from conformance.vendors.rebel import install, is_real


def python(program: str, *packages: Path) -> str:
    """What a program prints in a fresh interpreter that finds `packages`; its error if it fails."""
    path = os.pathsep.join([*map(str, packages), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": path}
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    return done.stdout.strip() if done.returncode == 0 else done.stderr.strip().splitlines()[-1]


def make_rebel(folder: Path, driver: str) -> Path:
    """A package `rebel` whose driver has the body `driver`; the folder that holds it."""
    backends = folder / "rebel" / "triton" / "backends"
    backends.mkdir(parents=True)
    (folder / "rebel" / "__init__.py").write_text("def get_npu_name(device=0): return 'RBLN-T0'\n")
    (folder / "rebel" / "triton" / "__init__.py").write_text("")
    (backends / "__init__.py").write_text(
        "class driver:\n"
        f"    is_active = staticmethod(lambda: {driver})\n"
        "backends = {'rebel': type('backend', (), {'driver': driver})}\n"
    )
    return folder


def test_installing_again_changes_nothing():
    before = rebel, rebel.triton, rebel.triton.language
    install()
    assert before == (sys.modules["rebel"], rebel.triton, rebel.triton.language)
    assert not is_real() and rebel.__version__.endswith("+emulated")


def test_nothing_is_installed_by_importing_the_suite():
    program = "import conformance.vendors.rebel, sys; print('rebel' in sys.modules)"
    assert python(program) == "False"


@pytest.mark.parametrize("imported", ["", "import rebel; "])
def test_the_compiler_itself_is_never_replaced(tmp_path, imported):
    make_rebel(tmp_path, "True")
    program = f"{imported}from conformance.vendors.rebel import install; install()"
    assert "RealRebelPresent: the package rebel is installed here" in python(program, tmp_path)


def test_a_mere_folder_of_that_name_is_no_compiler(tmp_path):
    (tmp_path / "rebel").mkdir()
    program = "from conformance.vendors.rebel import install, is_real; install(); print(is_real())"
    assert python(program, tmp_path) == "False"


@pytest.mark.parametrize(
    "name", ["rebel.compile", "rebel.triton.autotune", "rebel.triton.language.extra.cuda"]
)
def test_what_the_emulation_has_not_is_refused_by_name(name):
    from conformance.vendors.rebel import UnsupportedFeature

    module, _, attribute = name.rpartition(".")
    with pytest.raises(UnsupportedFeature, match=f"support {name}$"):
        getattr(sys.modules[module], attribute)


def test_absent_special_names_are_absent():
    assert not hasattr(rebel.triton, "__no_such__")
