"""Operators of every kind are watched: what they allocate, what they write, what torch makes."""

from __future__ import annotations

import threading

import pytest
import torch
import triton
import triton.language as tl
from torch._subclasses.fake_tensor import FakeTensor, FakeTensorMode
from torch.utils.flop_counter import FlopCounterMode

from conformance.lockstep import lockstep
from conformance.memory.undefined import Undefined
from conformance.memory.violation import UNINITIALISED_READ

POISON = 0xAB
#: Each keeps its operators registered.
LIBRARIES = []


def library(schemas: str, **implementations) -> None:
    """Register operators ``watched::NAME``."""
    kept = torch.library.Library("watched", "FRAGMENT")
    for schema in schemas.splitlines():
        kept.define(schema)
    for name, function in implementations.items():
        kept.impl(name, function, "CompositeExplicitAutograd")
    LIBRARIES.append(kept)


@triton.jit
def copy(x_ptr, y_ptr, n, BLOCK: tl.constexpr):
    place = tl.arange(0, BLOCK)
    tl.store(y_ptr + place, tl.load(x_ptr + place, mask=place < n), mask=place < n)


def _through_numpy(*tensors):
    for tensor in tensors:
        if tensor is not None:
            tensor.numpy()[...] = 1


def _by_kernel(out):
    copy[(1,)](torch.ones(4), out, 2, BLOCK=4)


library(
    """make(int n) -> Tensor
outer(int n) -> Tensor
first(Tensor a, Tensor b) -> Tensor
chosen(Tensor[] xs, Tensor? y=None) -> Tensor
keyword(*, Tensor x) -> Tensor
write(Tensor(a!) out) -> ()
write_list(Tensor(a!)[] out) -> ()
write_optional(Tensor(a!)? out) -> ()
write_out(Tensor x, *, Tensor(a!) out) -> Tensor(a!)
write_half(Tensor(a!) out) -> ()""",
    make=lambda n: torch.empty(n, dtype=torch.uint8),
    outer=lambda n: torch.ops.watched.make(n),
    first=lambda a, b: torch.empty_like(a),
    chosen=lambda xs, y=None: torch.empty(3),
    keyword=lambda *, x: torch.empty_like(x),
    write=_through_numpy,
    write_list=lambda out: _through_numpy(*out),
    write_optional=_through_numpy,
    write_out=lambda x, *, out: _through_numpy(out) or out,
    write_half=_by_kernel,
)
OPERATORS = torch.ops.watched


@torch.library.custom_op("watched::custom", mutates_args=())
def custom(n: int) -> torch.Tensor:
    return torch.empty(n)


@pytest.mark.parametrize(
    "call",
    [
        lambda: OPERATORS.make(3),
        lambda: OPERATORS.outer(3),
        lambda: custom(3),
        lambda: OPERATORS.chosen([]),
        lambda: OPERATORS.chosen([torch.ones(2)], None),
        lambda: OPERATORS.chosen([], torch.ones(2)),
        lambda: OPERATORS.keyword(x=torch.ones(3)),
        lambda: OPERATORS.first(torch.ones(2, requires_grad=True), torch.ones(2)),
        lambda: OPERATORS.first(torch.nn.Parameter(torch.ones(2)), torch.ones(2)),
    ],
)
def test_memory_that_a_registered_operator_allocates_is_undefined(call):
    with Undefined(poison=POISON) as undefined:
        result = call()
    assert not undefined.written(result).any()
    assert (result.detach().contiguous().view(torch.uint8) == POISON).all()


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (torch.ones(2), torch.ones(2, device="meta")),
        (torch.ones(2, device="meta"), torch.ones(2)),
        (torch.ones(2).to_sparse(), torch.ones(2)),
        (torch.ones(2, 2).to_sparse_csr(), torch.ones(2)),
    ],
    ids=["cpu and meta", "meta and cpu", "sparse", "sparse csr"],
)
def test_operators_get_the_kernel_that_they_get_without_a_session(first, second):
    def operator(tensor: torch.Tensor) -> torch.Tensor:
        return OPERATORS.first(tensor, second)

    wanted = operator(first)
    with lockstep():
        got = operator(first)
    assert (got.device, got.layout, got.shape) == (wanted.device, wanted.layout, wanted.shape)


def test_fake_tensors_stay_fake():
    with FakeTensorMode() as mode:
        fake = torch.ones(2)
    with lockstep(poison=POISON):
        assert isinstance(OPERATORS.first(fake, fake) + 1, FakeTensor)
        with mode:
            assert isinstance(OPERATORS.first(torch.ones(2), torch.ones(2)), FakeTensor)
    with mode, lockstep(poison=POISON):
        assert isinstance(OPERATORS.first(torch.ones(2), fake), FakeTensor)


def test_modes_around_and_inside_a_session_see_operators():
    for order in (0, 1):
        counter, session = FlopCounterMode(display=False), lockstep()
        contexts = (counter, session) if order else (session, counter)
        with contexts[0], contexts[1]:
            torch.ones(2, 2) @ torch.ones(2, 2)
            OPERATORS.first(torch.ones(2), torch.ones(2))
        assert counter.get_total_flops() == 16


@pytest.mark.parametrize("backend", ["eager", "aot_eager"])
def test_functions_are_compiled_while_a_session_is_open(backend):
    compiled = []

    def function(x, out):
        compiled.append(torch.compiler.is_compiling())
        out.copy_(x + 1)
        return x * 2

    with lockstep(poison=POISON) as session:
        out = torch.empty(3)
        result = torch.compile(function, backend=backend)(torch.ones(3), out)
        assert session.written(out).all()
    assert compiled == [True]
    assert result.tolist() == [2.0] * 3 and out.tolist() == [2.0] * 3


def test_gradients_and_batches_come_through():
    with lockstep(poison=POISON):
        x = torch.ones(3, requires_grad=True)
        (x * x).sum().backward()
        mapped = torch.vmap(lambda row: torch.empty_like(row).copy_(row))(torch.ones(2, 3))
        derived = torch.func.grad(lambda v: (v * v).sum())(torch.ones(3))
        chosen = torch.cond(torch.tensor(True), lambda v: v + 1, lambda v: v - 1, (torch.ones(2),))
    assert x.grad.tolist() == derived.tolist() == [2.0] * 3
    assert mapped.tolist() == [[1.0] * 3] * 2 and chosen.tolist() == [2.0] * 2


class Wrapper(torch.Tensor):
    """A tensor that holds another one, and brings its own way of calling operators."""

    @staticmethod
    def __new__(cls, inner):
        return torch.Tensor._make_wrapper_subclass(cls, inner.shape, dtype=inner.dtype)

    def __init__(self, inner):
        self.inner = inner

    @classmethod
    def __torch_dispatch__(cls, operator, types, arguments=(), keywords=None):
        inner = [each.inner if isinstance(each, Wrapper) else each for each in arguments]
        result = operator(*inner, **keywords or {})
        return cls(result) if isinstance(result, torch.Tensor) else result


class Renamed(torch.Tensor):
    """A tensor of another class, as layers of engines make of their parameters."""


WRITERS = {
    "in place": lambda x: x.fill_(1),
    "out": lambda x: torch.add(torch.ones(4), 1, out=x),
    "foreach": lambda x: torch._foreach_zero_([x[:2], x[2:]]),
    "declared": lambda x: OPERATORS.write(x),
    "declared list": lambda x: OPERATORS.write_list([torch.ones(1), x]),
    "declared optional": lambda x: (OPERATORS.write_optional(None), OPERATORS.write_optional(x)),
    "declared out": lambda x: OPERATORS.write_out(torch.ones(1), out=x),
    "wrapped": lambda x: Wrapper(x).add_(1),
    "wrapped, declared": lambda x: OPERATORS.write(Wrapper(x)),
    "another class": lambda x: x.as_subclass(Renamed).fill_(1),
    "a parameter": lambda x: torch.nn.Parameter(x, requires_grad=False).copy_(torch.ones(4)),
    "data": lambda x: x.data.copy_(torch.ones(4)),
}
UNSEEN = {
    "a thread": lambda x: _joined(threading.Thread(target=lambda: x.fill_(1))),
    "compiled code": lambda x: torch.compile(_filled, backend="aot_eager")(x),
}


def _filled(x):
    x.copy_(torch.ones(4))


def _joined(thread: threading.Thread) -> None:
    thread.start()
    thread.join()


@pytest.mark.parametrize("poison", [None, POISON])
@pytest.mark.parametrize("writer", [*WRITERS.values(), *UNSEEN.values()], ids=[*WRITERS, *UNSEEN])
def test_whatever_is_written_is_no_uninitialised_read(writer, poison):
    with lockstep(poison=poison) as session:
        x = torch.empty(4)
        writer(x)
        copy[(1,)](x, torch.zeros(4), 4, BLOCK=4)
        assert session.written(x).all()
    assert session.violations == ()


@pytest.mark.parametrize(
    "writer",
    [_through_numpy, lambda x: OPERATORS.first(x, x), lambda x: None],
    ids=["numpy", "read only", "nobody"],
)
def test_memory_that_lost_its_poison_was_written(writer):
    with lockstep(poison=POISON) as session:
        x = torch.empty(4)
        writer(x)
        copy[(1,)](x, torch.zeros(4), 4, BLOCK=4)
    kinds = [found.kind for found in session.violations]
    assert kinds == ([] if writer is _through_numpy else [UNINITIALISED_READ])


def test_an_operator_that_was_seen_to_write_half_has_written_half():
    for times in (1, 2):
        with lockstep(poison=POISON) as session:
            x = torch.empty(4)
            for _ in range(times):
                OPERATORS.write_half(x)
            copy[(1,)](x, torch.zeros(4), 4, BLOCK=4)
            assert session.written(x).tolist() == [True, True, False, False]
        (found,) = session.violations
        assert (found.kind, found.count, found.offset) == (UNINITIALISED_READ, 2, 8)


def test_elements_marked_as_undefined_keep_their_values_and_are_reported():
    with lockstep(poison=POISON) as session:
        x = torch.ones(4)
        session.undefined(x[1:])
        copy[(1,)](x, torch.zeros(4), 4, BLOCK=4)
    assert [found.count for found in session.violations] == [3]
