"""Operators of releases that are not installed, registered out of their wheels."""

import io
import zipfile
from importlib.metadata import PackageNotFoundError, version

import pytest

from conformance.registrations.importing import importing
from conformance.subjects.released import SubjectUnavailable
from conformance.wheels.pip import Download

NAME, VERSION = "tiny-release", "1.0"


@pytest.fixture
def wheel(tmp_path, monkeypatch, namespace):
    """Makes a wheel of some files, which a download gives from now on."""

    def make(files):
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as archive:
            for name, text in files.items():
                archive.writestr(f"tiny_{namespace}/{name}", text.replace("NS", namespace))

        def download(distribution, version, folder):
            place = folder / f"tiny_release-{VERSION}-py3-none-any.whl"
            place.write_bytes(content.getvalue())
            return Download(place)

        monkeypatch.setenv("CONFORMANCE_CACHE", str(tmp_path / "cache"))
        monkeypatch.setattr("conformance.wheels.wheels.download", download)

    return make


OPERATOR = """
import torch
@torch.library.custom_op("NS::op", mutates_args=())
def op(x: torch.Tensor) -> torch.Tensor:
    return x * FACTOR
"""


def test_a_module_of_a_wheel_is_imported_under_its_own_name(wheel, namespace):
    wheel({
        "__init__.py": "",
        "constants.py": "FACTOR = 3",
        "ops.py": "from tiny_NS.constants import FACTOR\n" + OPERATOR,
    })  # fmt: skip
    imported = importing(f"{NAME}=={VERSION}")
    assert imported.operators == (f"{namespace}::op",)
    assert not imported.missing and not imported.stood_in

    import torch

    assert getattr(torch.ops, namespace).op(torch.ones(2)).tolist() == [3, 3]


def test_what_is_not_installed_is_stood_in_for_and_told(wheel, namespace):
    wheel({
        "__init__.py": "",
        "ops.py": "from no_such_engine.layers import Base\nFACTOR = 2\n"
        + OPERATOR
        + "class Layer(Base): ...\n",
    })  # fmt: skip
    imported = importing(f"{NAME}=={VERSION}")
    assert imported.operators == (f"{namespace}::op",)
    assert imported.stood_in == ("no_such_engine", "no_such_engine.layers")


def test_what_a_module_can_do_without_is_not_stood_in_for(wheel, namespace):
    wheel({
        "__init__.py": "",
        "ops.py": "try:\n    import no_such_engine\n    FACTOR = 5\n"
        "except ImportError:\n    FACTOR = 2\n" + OPERATOR,
    })  # fmt: skip
    imported = importing(f"{NAME}=={VERSION}")
    assert imported.operators and not imported.stood_in


def test_computing_with_a_stand_in_makes_one_module_missing(wheel, namespace):
    wheel({
        "__init__.py": "",
        "ops.py": "FACTOR = 2" + OPERATOR,
        "worse.py": "from no_such_engine import SIZE\nFACTOR = SIZE + 1\n"
        + OPERATOR.replace("::op", "::worse"),
    })  # fmt: skip
    imported = importing(f"{NAME}=={VERSION}")
    assert imported.operators == (f"{namespace}::op",)
    (reason,) = imported.missing.values()
    assert "no_such_engine.SIZE is computed with" in reason and "worse.py:2" in reason


def test_a_package_that_computes_with_a_stand_in_hides_no_module_below_it(wheel, namespace):
    wheel({
        "__init__.py": "from no_such_engine import SIZE\nSIZE + 1",
        "ops.py": "FACTOR = 2" + OPERATOR,
    })  # fmt: skip
    imported = importing(f"{NAME}=={VERSION}")
    assert imported.operators == (f"{namespace}::op",)
    assert list(imported.missing) == [f"tiny_{namespace}"]


def test_stand_ins_are_gone_after_the_import(wheel, namespace):
    wheel({
        "__init__.py": "",
        "ops.py": "import no_such_engine.layers\nFACTOR = 2" + OPERATOR,
    })  # fmt: skip
    importing(f"{NAME}=={VERSION}")
    with pytest.raises(ModuleNotFoundError):
        __import__("no_such_engine")


def test_a_release_knows_its_own_version_while_it_is_imported(wheel, namespace):
    wheel({
        "__init__.py": "",
        "ops.py": f"from importlib.metadata import version\nFACTOR = int(version({NAME!r})[0])"
        + OPERATOR,
    })  # fmt: skip
    assert not importing(f"{NAME}=={VERSION}").missing
    with pytest.raises(PackageNotFoundError):
        version(NAME)


@pytest.mark.network
@pytest.mark.parametrize(
    ("version", "of_kernels", "of_models"),
    [("0.10.0", 6, 8), ("0.11.0", 10, 21), ("0.12.0", 10, 0)],
)
def test_the_vendor_s_operators_are_registered(elsewhere, version, of_kernels, of_models):
    found = _released(elsewhere, f"vllm-rbln=={version}")
    names = [each.partition("::")[0] for each in found["operators"]]
    assert names.count("rbln_triton_ops") == of_kernels
    assert names.count("rbln_custom_ops") == of_models
    assert found["execution"] == "vendor kernels emulated (rebel 0.12)"


@pytest.mark.network
def test_operators_that_two_modules_of_a_release_define_are_told(elsewhere):
    found = _released(elsewhere, "vllm-rbln==0.10.0")
    replaced = {each["operator"] for each in found["replaced"]}
    assert "rbln_custom_ops::flash_attention_naive_decode" in replaced


@pytest.mark.network
def test_liger_registers_no_operator(elsewhere):
    found = _released(elsewhere, "liger-kernel==0.8.5")
    assert found["operators"] == [] and found["modules"]


def _released(elsewhere, text):
    """Skips with the reason where the release cannot be had."""
    from conformance.registrations.importing.named import Kind, named
    from conformance.registrations.importing.recipe import recipe_of
    from conformance.registrations.importing.release import unpacked

    found = named(text)
    if found.kind is Kind.RELEASE:
        try:
            unpacked(recipe_of(found.name), found.version)
        except SubjectUnavailable as error:
            pytest.skip(f"UNSUPPORTED: {error}")
    return elsewhere(text)
