"""Operators that C++ registers."""

import pytest

from .trees import read, schemas, write

HEADER = """
    #define _CONCAT(A, B) A##B
    #define CONCAT(A, B) _CONCAT(A, B)
    #define TORCH_LIBRARY_EXPAND(NAME, MODULE) TORCH_LIBRARY(NAME, MODULE)
"""
FORMS = {
    "plain": 'TORCH_LIBRARY(w, m) { m.def("f(Tensor x) -> Tensor"); }',
    "fragment": 'TORCH_LIBRARY_FRAGMENT(w, ops) { ops.def("f(Tensor x)" " -> Tensor", &f); }',
    "stable": 'STABLE_TORCH_LIBRARY(w, m) { m.def("f(Tensor x) -> Tensor", {at::Tag::core}); }',
    "raw": 'TORCH_LIBRARY(w, m) {\n m.def(R"X(f(Tensor x)\n -> Tensor)X"); }',
    "expanded": "#define TORCH_EXTENSION_NAME w\n"
    'TORCH_LIBRARY_EXPAND(TORCH_EXTENSION_NAME, m) { m.def("f(Tensor x) -> Tensor"); }',
    "concatenated": "#define HEAD CONCAT(, w)\nTORCH_LIBRARY(HEAD, m)"
    '{ m.def("f(Tensor x) -> Tensor"); }',
    "with a macro": '#define RESULT " -> Tensor"\n'
    'TORCH_LIBRARY(w, m) { m.def("f(Tensor x)" RESULT); }',
    "selective": 'TORCH_LIBRARY(w, m) { m.def(TORCH_SELECTIVE_SCHEMA("f(Tensor x) -> Tensor")); }',
    "commented": '// TORCH_LIBRARY(no, m) {\n/* m.def("g()->()"); */ TORCH_LIBRARY(w, m) {\n'
    '  // m.def("g() -> ()");\n  m.def("f(Tensor x) -> Tensor"); }',
}


@pytest.mark.parametrize("form", FORMS)
def test_a_definition(tmp_path, form):
    write(tmp_path, csrc__core_h=HEADER, csrc__ops_cpp='#include "core.h"\n' + FORMS[form] + "\n")
    assert schemas(tmp_path) == ["w::f(Tensor x) -> Tensor"]


def test_memory_that_is_written_has_a_letter_of_its_own(tmp_path):
    write(tmp_path, a_cpp='TORCH_LIBRARY(w, m) { m.def("f(Tensor! x, Tensor!? y) -> ()"); }')
    assert schemas(tmp_path) == ["w::f(Tensor(a!) x, Tensor(b!)? y) -> ()"]


def test_kernels_by_dispatch_key(tmp_path):
    code = """
    TORCH_LIBRARY(w, m) {
      m.def("f(Tensor x) -> Tensor");
      m.impl("f", torch::kCUDA, &f);
      m.def("g(Tensor x) -> Tensor", &g);
    }
    TORCH_LIBRARY_IMPL(w, CPU, m) { m.impl("f", TORCH_FN(f_cpu)); }
    """
    f, g = read(write(tmp_path, ops_cpp=code))["w"].operators
    assert f.keys == ("CPU", "CUDA") and f.registered == "ops.cpp"
    assert g.keys == ("CompositeImplicitAutograd",)


def test_both_sides_of_a_condition_are_read_and_the_lock_says_where_they_differ(tmp_path):
    code = """
    TORCH_LIBRARY(w, m) {
    #ifndef USE_ROCM
      m.def("f(Tensor x) -> Tensor");
      m.def("g(Tensor x) -> Tensor");
    #else
      m.def("f(Tensor x, int k) -> Tensor");
    #endif
    }
    """
    lock = read(write(tmp_path, ops_cpp=code))["w"]
    assert [len(operator.schema.arguments) for operator in lock.operators] == [1, 1]
    (text,) = lock.unresolved
    assert text.startswith("ops.cpp:7: also defined if defined(USE_ROCM): w::f(Tensor x, int k)")


@pytest.mark.parametrize(
    "code",
    [
        'TORCH_LIBRARY(TORCH_EXTENSION_NAME, m) { m.def("f() -> ()"); }',
        "TORCH_LIBRARY(w, m) { m.def(schema_of(f)); }",
        'TORCH_LIBRARY(w, m) { m.def("f", &f); }',
    ],
)
def test_what_the_build_or_a_function_says_is_unresolved(tmp_path, code):
    locks = read(write(tmp_path, ops_cpp=f"\n{code}\n"))
    assert not [operator for lock in locks.values() for operator in lock.operators]
    assert any(
        text.startswith("ops.cpp:2: ") for lock in locks.values() for text in lock.unresolved
    )
