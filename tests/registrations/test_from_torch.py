"""What torch knows of an operator becomes a lock, the same on every machine."""

from collections.abc import Callable
from typing import Any

import pytest
import torch

from conformance.registrations.from_torch import locked, locks_of
from conformance.schemas.lock import LockedOperator
from conformance.schemas.schema import FakeResult
from conformance.schemas.text import schema_text

LIBRARY = torch.library.Library("locked_here", "DEF")


def define(schema: str, fake: Callable[..., Any] | None = None, **keywords: Any) -> LockedOperator:
    """The lock of an operator with this schema and this fake."""
    name = schema.partition("(")[0]
    LIBRARY.define(schema, **keywords)
    if fake is not None:
        torch.library.register_fake(f"locked_here::{name}", fake, lib=LIBRARY)
    return locked(f"locked_here::{name}")


def test_schema_tags_and_keys_are_those_of_torch():
    LIBRARY.define("plain(Tensor(a!) x, SymInt k=1) -> Tensor", tags=(torch.Tag.pt2_compliant_tag,))
    LIBRARY.impl("plain", lambda x, k=1: x.clone(), "CPU")
    found = locked("locked_here::plain")
    assert schema_text(found.schema) == "locked_here::plain(Tensor(a!) x, int k=1) -> Tensor"
    assert found.tags == ("pt2_compliant_tag",)
    assert found.keys == ("CPU",)
    assert found.fake is None


def test_each_size_of_a_result_is_named_by_what_it_equals():
    def fake(x, k, y):
        return x.new_empty(x.shape[0], k, 2 * y.shape[1]), x.new_empty(3, dtype=torch.int32)

    found = define("sizes(Tensor x, SymInt k, Tensor y) -> (Tensor, Tensor)", fake)
    assert found.fake == (
        FakeResult(("x.shape[0]", "k", "2*y.shape[1]"), "x.dtype", "contiguous"),
        FakeResult(("3",), "int32", "contiguous"),
    )


def test_of_sizes_that_the_fake_wants_equal_the_first_is_named():
    def fake(x, w):
        if x.shape[-1] != w.shape[0]:
            raise ValueError("sizes")
        return x.new_empty(w.shape[0], x.shape[0], dtype=w.dtype)

    found = define("equal(Tensor x, Tensor w) -> Tensor", fake)
    assert found.fake is not None
    assert found.fake[0].shape == ("x.shape[1]", "x.shape[0]")
    assert found.fake[0].dtype == "w.dtype"


def test_ranks_are_drawn_until_the_fake_takes_them():
    def fake(x, slots):
        if (x.dim(), slots.dim()) != (3, 1) or slots.dtype != torch.int64:
            raise ValueError("ranks or dtype")
        return x.new_empty(slots.shape[0], x.shape[2])

    found = define("ranks(Tensor x, Tensor slots) -> Tensor", fake)
    assert found.fake == (FakeResult(("slots.shape[0]", "x.shape[2]"), "x.dtype", "contiguous"),)


def test_strides_are_told_where_they_follow_an_argument_or_are_none_of_a_dense_tensor():
    found = define("alike(Tensor x) -> Tensor", lambda x: torch.empty_like(x))
    assert found.fake is not None
    assert found.fake[0].strides == "as x"

    def turned(x):
        return x.new_empty(x.shape[1], x.shape[0]).t()

    found = define("turned(Tensor x) -> Tensor", turned)
    assert found.fake is not None
    assert found.fake[0].strides == "(1, x.shape[0])"


def test_what_cannot_be_called_is_left_open():
    def refuses(x):
        raise ValueError("never")

    assert define("refuses(Tensor x) -> Tensor", refuses).fake is None
    listed = define("listed(Tensor x) -> Tensor[]", lambda x: [x.new_empty(2)])
    assert listed.fake == (FakeResult(),)


def test_optional_arguments_and_lists_are_passed_as_the_schema_says():
    def fake(xs, scale, out=None, eps=1e-5, names=("a",)):
        return xs[0].new_empty(len(xs), xs[1].shape[0])

    found = define(
        "lists(Tensor[] xs, float scale, Tensor? out=None, float eps=1e-5) -> Tensor", fake
    )
    assert found.fake is not None
    assert found.fake[0].shape == ("2", "xs[1].shape[0]")


def test_the_answer_is_the_same_every_time():
    def fake(a, b, c):
        if {a.dim(), b.dim(), c.dim()} != {1, 2}:
            raise ValueError("ranks")
        return a.new_empty(c.shape[0], b.shape[0])

    first = define("again(Tensor a, Tensor b, Tensor c) -> Tensor", fake)
    assert first.fake is not None
    assert locked("locked_here::again") == first


def test_where_it_is_registered_is_told_from_the_root_of_the_package():
    import conformance_kernels.gemma4_routing.operator as module

    where = {"conformance_kernels::gemma4_routing": f"{module.__file__}:14"}
    (lock,) = locks_of(where, where)
    assert lock.namespace == "conformance_kernels"
    assert lock.operators[0].registered == "conformance_kernels/gemma4_routing/operator.py"
    assert len(lock.operators[0].body) == 64


def test_an_operator_of_torch_itself_has_its_place_in_cpp_without_the_machine():
    found = locked("aten::relu")
    assert not found.registered.startswith("/")
    assert found.registered.endswith((".cpp", ".h"))


@pytest.mark.parametrize("name", ["conformance_kernels::rbln_flash_attention_naive_prefill"])
def test_a_contract_gives_the_call_where_ranks_cannot_be_guessed(name: str):
    import conformance_kernels.rbln_attention.registration.operator  # noqa: F401

    fake = locked(name).fake
    assert fake is not None
    assert fake[0].shape is not None
    assert fake[0].shape[1:3] == ("query.shape[1]", "query.shape[2]")
