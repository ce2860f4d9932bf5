"""Where only the schema is known, a first call is found, or it is told that none is."""

import itertools

import pytest
import torch

from conformance.catalogue.devices import open_device
from conformance.registrations.effort import Effort
from conformance.registrations.examination import GIVE_ONE, NO_WORDS, look_for_calls
from conformance.registrations.examined import Examined
from conformance.registrations.registered import find_registered

LIBRARY = torch.library.Library("searched_here", "DEF")
_names = (f"op{number}" for number in itertools.count())


def found(schema, kernel):
    """The examined operator after a search, and the line that was found."""
    name = next(_names)
    LIBRARY.define(f"{name}{schema}")
    LIBRARY.impl(name, kernel, "CPU")
    registered = find_registered(f"searched_here::{name}")
    examined = Examined(registered, None, open_device("cpu"), effort=Effort(2))
    return examined, look_for_calls(examined)


def _checked(condition):
    if not condition:
        raise ValueError("not such a call")


def _norm(x, weight, eps):
    _checked(weight.shape == x.shape[-1:])
    return x * weight


def _embed(table, indices):
    _checked(indices.dtype in (torch.int64, torch.int32) and indices.dim() == 1)
    return table[indices]


def _out(x, *, out):
    _checked(out.shape == x.shape)
    return out.copy_(x)


def _gated(out, x):
    _checked(2 * out.shape[-1] == x.shape[-1])
    out.copy_(x[..., : out.shape[-1]])


def _masked(x, mask):
    _checked(mask.dtype is torch.bool and mask.shape == x.shape)
    return x * mask


def _matrix(x):
    _checked(x.dim() == 2)
    return x.t().clone()


@pytest.mark.parametrize(
    ("schema", "kernel"),
    [
        ("(Tensor x) -> Tensor", lambda x: x * 2),
        ("(Tensor x) -> Tensor", _matrix),
        ("(Tensor a, Tensor b) -> Tensor", lambda a, b: a + b),
        ("(Tensor a, Tensor b) -> Tensor", torch.mm),
        ("(Tensor x, Tensor weight, float eps) -> Tensor", _norm),
        ("(Tensor table, Tensor indices) -> Tensor", _embed),
        ("(Tensor x, *, Tensor(a!) out) -> Tensor(a!)", _out),
        ("(Tensor(a!) out, Tensor x) -> ()", _gated),
        ("(Tensor x, Tensor mask) -> Tensor", _masked),
        ("(Tensor[] parts) -> Tensor", torch.stack),
        ("(Tensor x, Tensor? bias=None, int k=1, bool flag=False) -> Tensor",
         lambda x, bias=None, k=1, flag=False: x.clone()),
        ("(Tensor x, ScalarType dtype) -> Tensor", lambda x, dtype: x.to(dtype, copy=True)),
        ("(Tensor x, SymInt[] shape) -> Tensor", lambda x, shape: x.new_ones(shape)),
    ],
)  # fmt: skip
def test_a_call_of_a_usual_schema_is_found_and_can_be_varied(schema, kernel):
    examined, line = found(schema, kernel)
    assert line and examined.no_calls == "" and examined.calls is not None
    assert not examined.calls.checked, "nobody says that this call is a right one"
    assert examined.run(examined.build(examined.calls.usual("any"))).raised is None
    assert examined.calls.sizes("any") and examined.calls.layouts("any")


def test_a_kernel_that_takes_none_of_the_usual_calls_asks_for_an_example():
    examined, line = found("(Tensor x) -> Tensor", lambda x: _checked(x.dim() == 9))
    assert (line, examined.calls) == ("", None)
    assert examined.no_calls == f"{NO_WORDS}: {GIVE_ONE}"


@pytest.mark.parametrize("type_", ["Generator", "Dict(str, Tensor)", "Tensor?[]", "Stream"])
def test_a_type_without_words_is_told_or_tried_and_nothing_is_raised(type_):
    examined, line = found(f"(Tensor x, {type_} what) -> Tensor", lambda x, what: x.clone())
    assert bool(line) == (examined.calls is not None)
    assert line or examined.no_calls == f"{NO_WORDS}: {GIVE_ONE}"


def test_machine_code_is_not_called_with_what_nobody_vouches_for():
    examined = Examined(find_registered("aten::add.Tensor"), None, open_device("cpu"))
    if examined.registered.is_composite:
        pytest.fail("this test needs an operator of torch with machine code")
    assert look_for_calls(examined) == ""
    assert "machine code" in examined.no_calls and GIVE_ONE in examined.no_calls
