"""Importing a file or a module says which operators it registers."""

import sys

import pytest

from conformance.catalogue.objects import SubjectBroken, SubjectNotFound
from conformance.registrations.importing import importing

OPERATOR = """
    @torch.library.custom_op("NS::twice", mutates_args=())
    def twice(x: Tensor) -> Tensor:
        return x * 2
"""


def test_a_file_s_operators_are_listed_with_their_overloads_and_lines(written, namespace):
    path = written("""
        lib = torch.library.Library("NS", "FRAGMENT")
        lib.define("scale(Tensor x, float by) -> Tensor")
        lib.define("scale.by_tensor(Tensor x, Tensor by) -> Tensor")
    """)
    imported = importing(path)
    assert imported.operators == (f"{namespace}::scale", f"{namespace}::scale.by_tensor")
    assert imported.registered[f"{namespace}::scale.by_tensor"] == f"{path}:6"
    assert imported.modules == (path,)
    assert not imported.missing and not imported.replaced


def test_operators_of_the_namespace_that_were_there_before_are_told_apart(written, namespace):
    first = importing(written(OPERATOR))
    second = importing(written(OPERATOR.replace("twice", "thrice"), "more.py"))
    assert second.operators == (f"{namespace}::thrice",)
    assert second.present_before == first.operators


def test_a_line_is_that_of_the_module_which_registers_and_not_of_its_helper(written, namespace):
    written(
        """
        def register(name):
            lib = torch.library.Library("NS", "FRAGMENT")
            lib.define(name + "(Tensor x) -> Tensor")
            return lib
    """,
        f"registering_{namespace}.py",
    )
    path = written("from registering_NS import register\nkept = register('op')")
    assert importing(path).registered == {f"{namespace}::op": f"{path}:4"}


def test_a_file_that_registers_nothing_has_no_operators(written):
    assert importing(written("x = 1")).operators == ()


def test_what_torch_registers_for_itself_is_left_out(written):
    assert importing(written("import torch.utils.flop_counter, torch._inductor")).operators == ()


def test_modules_beside_a_file_are_found(written, namespace):
    written(OPERATOR, f"helper_of_{namespace}.py")
    imported = importing(written("import helper_of_NS"))
    assert imported.operators == (f"{namespace}::twice",)


def test_a_module_is_named_with_dots(written, namespace, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    written("", f"pkg_{namespace}/__init__.py")
    written(OPERATOR, f"pkg_{namespace}/ops.py")
    imported = importing(f"pkg_{namespace}.ops")
    assert imported.operators == (f"{namespace}::twice",)
    assert imported.modules == (f"pkg_{namespace}.ops",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nowhere.py", "no file nowhere.py"),
        ("no_such_module_at_all", "PACKAGE==VERSION"),
        ("vllm-rbln==twelve", "no version 'twelve'"),
    ],
)
def test_what_does_not_exist_is_a_mistake_of_whoever_named_it(text, said):
    with pytest.raises(SubjectNotFound, match=said):
        importing(text)


@pytest.mark.parametrize("raised", ["1 / 0", "raise SystemExit(3)", "import no_such_thing"])
def test_a_file_that_raises_is_broken_and_its_line_is_told(written, raised):
    path = written(f"x = 1\n{raised}")
    with pytest.raises(SubjectBroken, match=r"my_ops\.py:4"):
        importing(path)


def test_an_operator_whose_library_is_deleted_is_missing(written, namespace):
    imported = importing(
        written("""
        import gc
        def register():
            lib = torch.library.Library("NS", "FRAGMENT")
            lib.define("gone(Tensor x) -> Tensor")
        register()
        gc.collect()
    """)
    )
    assert imported.operators == ()
    assert "its Library was deleted" in imported.missing[f"{namespace}::gone"]


def test_the_library_of_torch_is_as_it_was_afterwards(written):
    import torch

    before = torch.library.Library.define, torch.library.Library.impl
    importing(written(OPERATOR))
    assert (torch.library.Library.define, torch.library.Library.impl) == before
    assert "conformance" not in torch.library.Library.define.__module__
    assert sys.modules["torch"] is torch
