"""Of a package every module that registers is imported, and none that fails hides another."""

import pytest

from conformance.registrations.importing import importing
from conformance.registrations.importing.scan import registering_modules

OPERATOR = """
    @torch.library.custom_op("NS::NAME", mutates_args=())
    def op(x: Tensor) -> Tensor:
        return x * 2
"""


@pytest.fixture
def package(written, namespace, tmp_path, monkeypatch):
    """A package with modules that register, one that is broken and one that registers nothing."""
    name = f"package_{namespace}"
    monkeypatch.chdir(tmp_path)
    written("", f"{name}/__init__.py")
    written(OPERATOR.replace("NAME", "first"), f"{name}/first.py")
    written(OPERATOR.replace("NAME", "before") + "    1 / 0", f"{name}/broken.py")
    written(OPERATOR.replace("NAME", "second"), f"{name}/below/second.py")
    written("raise SystemExit", f"{name}/plain.py")
    written(OPERATOR.replace("NAME", "test"), f"{name}/tests/test_ops.py")
    written(OPERATOR.replace("NAME", "program"), f"{name}/__main__.py")
    return name


def test_modules_that_register_are_found_by_their_text(package, tmp_path):
    found = registering_modules(tmp_path, package)
    assert [each.removeprefix(f"{package}.") for each in found] == [
        "broken", "first", "below.second"
    ]  # fmt: skip


def test_every_module_that_registers_is_imported(package, namespace):
    imported = importing(package)
    names = [each.removeprefix(f"{namespace}::") for each in imported.operators]
    assert names == ["before", "first", "second"]
    assert imported.modules == (package, f"{package}.first", f"{package}.below.second")


def test_a_broken_module_is_missing_with_its_reason_and_line(package):
    missing = importing(package).missing
    assert list(missing) == [f"{package}.broken"]
    assert "ZeroDivisionError" in missing[f"{package}.broken"]
    assert "broken.py:7" in missing[f"{package}.broken"]


def test_our_own_operators_are_registered_by_our_package(elsewhere):
    found = elsewhere("conformance_kernels")
    assert "conformance_kernels::rbln_attention_naive_decode" in found["operators"]
    assert not found["missing"] and not found["replaced"]


@pytest.mark.parametrize("kind", ["changed", "replaced"])
def test_our_own_package_changes_nothing_but_its_operators(elsewhere, kind):
    assert elsewhere("conformance_kernels")[kind] == []
