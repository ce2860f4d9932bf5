"""What an import, or a second one, puts in the place of something earlier."""

import pytest

from conformance.registrations.importing import imported_twice, importing
from conformance.subjects.released import SubjectUnavailable

CUSTOM = """
    @torch.library.custom_op("NS::op", mutates_args=())
    def op(x: Tensor) -> Tensor:
        return x + BY
"""
KERNEL = """
    lib = torch.library.Library("NS", "FRAGMENT")
    lib.define("op(Tensor x) -> Tensor")
    lib.impl("op", lambda x: x + 1, "CPU")
"""


def told(imported):
    return [(each.operator.partition("::")[2], each.what, bool(each.refused)) for each in imported]


def test_a_custom_op_defined_a_second_time_replaces_the_first_silently(written):
    path = written(CUSTOM.replace("BY", "1") + CUSTOM.replace("BY", "2"))
    imported = importing(path)
    (replaced,) = imported.replaced
    assert told([replaced]) == [("op", "operator", False)]
    assert (replaced.before, replaced.after) == (f"{path}:4", f"{path}:8")


def test_another_file_that_defines_the_same_operator_replaces_it(written, namespace):
    importing(written(CUSTOM.replace("BY", "1")))
    second = importing(written(CUSTOM.replace("BY", "2"), "second.py"))
    assert second.operators == (f"{namespace}::op",)
    assert told(second.replaced) == [("op", "operator", False)]


def test_a_kernel_registered_over_another_is_found(written):
    text = KERNEL + '    lib.impl("op", lambda x: x + 2, "CPU", allow_override=True)\n'
    assert told(importing(written(text)).replaced) == [("op", "kernel CPU", False)]


def test_a_kernel_from_another_library_replaces_the_first_silently(written):
    importing(written(KERNEL))
    text = 'other = torch.library.Library("NS", "IMPL")\nother.impl("op", lambda x: x, "CPU")'
    assert told(importing(written(text, "second.py")).replaced) == [("op", "kernel CPU", False)]


def test_a_definition_that_torch_refuses_is_told_as_refused(written):
    importing(written(KERNEL))
    text = """
        try:
            torch.library.Library("NS", "FRAGMENT").define("op(Tensor y) -> Tensor")
        except RuntimeError:
            pass
    """
    assert told(importing(written(text, "second.py")).replaced) == [("op", "operator", True)]


def test_a_kernel_of_torch_s_own_operators_that_is_replaced_is_found(elsewhere, written):
    found = elsewhere(
        written("""
        lib = torch.library.Library("aten", "IMPL")
        lib.impl("addmv", lambda x, a, b, *, beta=1, alpha=1: x, "CPU")
    """)
    )
    (replaced,) = found["replaced"]
    assert (replaced["operator"], replaced["what"]) == ("aten::addmv", "kernel CPU")
    assert found["operators"] == []


def test_a_fallback_for_all_operators_is_found(elsewhere, written):
    found = elsewhere(
        written("""
        lib = torch.library.Library("_", "IMPL")
        lib.fallback(torch.library.fallthrough_kernel, "PrivateUse1")
    """)
    )
    (replaced,) = found["replaced"]
    assert (replaced["operator"], replaced["what"]) == ("_", "kernel PrivateUse1")


def test_a_second_import_replaces_custom_ops_silently(written, namespace):
    path = written(CUSTOM.replace("BY", "1"))
    assert not importing(path).replaced
    second = imported_twice(path)
    assert told(second.replaced) == [("op", "operator", False)]
    assert not second.missing


def test_a_second_import_that_torch_refuses_is_told_as_refused(written, namespace):
    path = written(KERNEL)
    importing(path)
    second = imported_twice(path)
    assert told(second.replaced) == [("op", "operator", True)]
    assert "RuntimeError" in second.missing[path]


def test_a_module_is_imported_again_and_the_first_stays_known(
    written, namespace, tmp_path, monkeypatch
):
    import sys

    monkeypatch.chdir(tmp_path)
    written(CUSTOM.replace("BY", "1"), f"module_{namespace}.py")
    importing(f"module_{namespace}")
    first = sys.modules[f"module_{namespace}"]
    assert told(imported_twice(f"module_{namespace}").replaced) == [("op", "operator", False)]
    assert sys.modules[f"module_{namespace}"] is first


def test_a_package_is_not_imported_a_second_time():
    with pytest.raises(SubjectUnavailable, match="a file or a module"):
        imported_twice("conformance_kernels")
