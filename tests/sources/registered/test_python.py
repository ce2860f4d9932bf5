"""Operators that Python registers are found, however the registration is written."""

import pytest

from .trees import read, schemas, write

WRAPPER = """
    from torch.library import Library, infer_schema
    library = Library("w", "FRAGMENT")
    def register(op_name, op_func, mutates_args=None, fake_impl=None, target_lib=None,
                 dispatch_key="CUDA"):
        if mutates_args is None:
            mutates_args = []
        text = infer_schema(op_func, mutates_args=mutates_args)
        chosen = target_lib or library
        chosen.define(op_name + text)
        chosen.impl(op_name, op_func, dispatch_key=dispatch_key)
        if fake_impl is not None:
            chosen._register_fake(op_name, fake_impl)
"""
FUNCTION = "import torch\ndef f(x: torch.Tensor, k: int = 1) -> torch.Tensor: ...\n"
FORMS = {
    "custom_op": '@torch.library.custom_op("w::f", mutates_args=())\n',
    "triton_op": '@torch.library.triton_op(name="w::f", mutates_args={})\n',
    "a constant": 'NAME = "w::" + "f"\n@torch.library.custom_op(NAME, mutates_args=[])\n',
}


@pytest.mark.parametrize("form", FORMS)
def test_a_decorator(tmp_path, form):
    head, rest = FUNCTION.split("\n", 1)
    write(tmp_path, ops=f"{head}\n{FORMS[form]}{rest}")
    assert schemas(tmp_path) == ["w::f(Tensor x, int k=1) -> Tensor"]


CALLS = {
    "a call": 'torch.library.custom_op("w::f", f, mutates_args=())',
    "a library": 'lib = torch.library.Library("w", "DEF")\n'
    'lib.define("f(Tensor x, SymInt k=1) -> Tensor")',
    "define": 'torch.library.define("w::f", "(Tensor x, int k=1) -> Tensor")',
    "a loop": 'lib = torch.library.Library("w", "DEF")\nfor name in ("f",):\n'
    '    text = f"{name}(Tensor x, int k=1)"\n    lib.define(text + " -> Tensor")',
    "inferred": 'lib = torch.library.Library("w", "DEF")\n'
    'lib.define("f" + torch.library.infer_schema(f, mutates_args=()))',
    "in a function that nobody calls": "def late():\n"
    '    torch.library.custom_op("w::f", f, mutates_args=())',
    "behind a condition": "if torch.cuda.is_available():\n"
    '    torch.library.custom_op("w::f", f, mutates_args=())',
    "behind a try": 'try:\n    torch.library.custom_op("w::f", f, mutates_args=())\n'
    "except RuntimeError:\n    pass",
}


@pytest.mark.parametrize("form", CALLS)
def test_a_statement(tmp_path, form):
    write(tmp_path, ops=FUNCTION + CALLS[form] + "\n")
    assert schemas(tmp_path) == ["w::f(Tensor x, int k=1) -> Tensor"]


def test_a_wrapper_of_another_file_is_followed_into_its_library(tmp_path):
    own = 'from torch.library import Library\nown = Library("v", "DEF")\n'
    calls = 'register("g", f, ["x"], dispatch_key="CPU")\nregister(op_name="h", op_func=f,'
    calls += " target_lib=own, fake_impl=lambda x, k=1: torch.empty_like(x))\n"
    imports = "from pkg.tools import register\n"
    write(tmp_path, pkg__tools=WRAPPER, pkg__ops=FUNCTION + imports + own + calls)
    assert schemas(tmp_path) == [
        "v::h(Tensor x, int k=1) -> Tensor",
        "w::g(Tensor(a!) x, int k=1) -> Tensor",
    ]
    locks = read(tmp_path)
    (g,), (h,) = locks["w"].operators, locks["v"].operators
    assert (g.keys, g.registered, g.fake) == (("CPU",), "pkg/ops.py", None)
    assert h.keys == ("CUDA",) and h.fake and h.fake[0].strides == "as x"


def test_a_wrapper_with_arguments_that_it_is_given_already(tmp_path):
    call = (
        "import functools\nfrom .registering import register, Library\n"
        'mine = functools.partial(register, target_lib=Library("mine", "FRAGMENT"))\n'
        'again = functools.partial(mine, op_func=f)\nagain(op_name="g")'
    )
    write(tmp_path, registering=WRAPPER, ops=f"{FUNCTION}{call}")
    assert schemas(tmp_path) == ["mine::g(Tensor x, int k=1) -> Tensor"]


def test_a_class_that_registers_what_it_is_given(tmp_path):
    code = """
    import torch
    lib = torch.library.Library("w", "FRAGMENT")
    class Op:
        def __init__(self, name, function):
            self.name = name
            self.text = torch.library.infer_schema(function, mutates_args=[])
            lib.define(self.name + self.text)
    class Special(Op):
        def __init__(self, name, function):
            super().__init__(name, function)
            lib.define(f"{self.name}.out" + self.text)
    def register(f=None, *, name=None):
        def decorator(g):
            return Special(g.__name__ if name is None else name, g)
        return decorator(f) if f is not None else decorator
    @register
    def one(x: torch.Tensor) -> None: ...
    @register(name="two")
    def other(x: torch.Tensor) -> None: ...
    """
    write(tmp_path, ops=code)
    assert schemas(tmp_path) == [
        "w::one(Tensor x) -> ()",
        "w::one.out(Tensor x) -> ()",
        "w::two(Tensor x) -> ()",
        "w::two.out(Tensor x) -> ()",
    ]


UNKNOWN = {
    "a name": "torch.library.custom_op(input(), f, mutates_args=())",
    "a schema": 'torch.library.Library("w", "DEF").define(input())',
    "a function": 'torch.library.custom_op("w::f", input(), mutates_args=())',
    "mutates_args": 'torch.library.custom_op("w::f", f, mutates_args=input())',
    "an argument of the wrong schema": 'torch.library.define("w::f", "(Tensor) -> Nothing")',
}


@pytest.mark.parametrize("what", UNKNOWN)
def test_what_only_running_tells_is_unresolved_with_its_line(tmp_path, what):
    write(tmp_path, ops=FUNCTION + UNKNOWN[what] + "\n")
    locks = read(tmp_path).values()
    assert not [operator for lock in locks for operator in lock.operators]
    assert any(text.startswith("ops.py:3: ") for lock in locks for text in lock.unresolved)


def test_a_file_that_is_no_python_is_unresolved_and_stops_nothing(tmp_path):
    write(tmp_path, bad="import torch.library\ndef (", ops=FUNCTION + CALLS["a call"])
    locks = read(tmp_path)
    assert locks["w"].operators and locks["tree"].unresolved[0].startswith("bad.py:2: SyntaxError")


def test_nothing_of_the_tree_is_run(tmp_path):
    write(tmp_path, ops="import torch.library\nraise SystemExit(3)\n" + FUNCTION)
    assert read(tmp_path).keys() == {"tree"}
