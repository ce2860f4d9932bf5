"""The language: what its documentation lists works, anything else is refused by name."""

import pytest
import torch
from rebel.triton import language as tl

from conformance.vendors.rebel import UnsupportedFeature

from .kernels import run, values

X = torch.tensor([[0.25, 1.5, 2.0], [0.5, 3.0, 1.0]])


def T(data):
    return tl.tensor(torch.as_tensor(data))


@pytest.mark.parametrize(
    "name",
    [
        "abs",
        "ceil",
        "cos",
        "erf",
        "exp",
        "exp2",
        "floor",
        "log",
        "log2",
        "rsqrt",
        "sigmoid",
        "sin",
        "sqrt",
    ],
)
def test_elementwise_functions_are_those_of_torch(name):
    assert torch.equal(getattr(tl, name)(T(X)).data, getattr(torch, name)(X))


@pytest.mark.parametrize(
    ("got", "want"),
    [
        (lambda: tl.max(T(X), 1), X.amax(1)),
        (lambda: tl.min(T(X), 0, keep_dims=True), X.amin(0, keepdim=True)),
        (lambda: tl.sum(T(X)), X.sum()),
        (lambda: tl.maximum(T(X), 1.0), X.clamp(min=1.0)),
        (lambda: tl.minimum(T(X), 1.0), X.clamp(max=1.0)),
        (lambda: tl.fdiv(T(X), T(X + 1)), X / (X + 1)),
        (lambda: tl.where(T(X) > 1.0, T(X), 0.0), X * (X > 1.0)),
        (lambda: tl.zeros([2, 3], dtype=tl.float32), torch.zeros(2, 3)),
        (lambda: tl.expand_dims(T(X), 1), X[:, None]),
        (lambda: tl.reshape(T(X), (3, 2)), X.reshape(3, 2)),
        (lambda: tl.permute(T(X), (1, 0)), X.T),
        (lambda: tl.permute(T(X), 1, 0), X.T),
        (lambda: tl.trans(T(X)), X.T),
        (lambda: tl.broadcast_to(T(X[:1]), (4, 3)), X[:1].expand(4, 3)),
        (lambda: tl.broadcast(T(X[:1]), T(X))[0], X[:1].expand(2, 3)),
        (lambda: tl.dot(T(X), T(X.T)), X @ X.T),
        (lambda: tl.dot(T(X), T(X.T), T(torch.ones(2, 2))), X @ X.T + 1),
        (lambda: 1.0 - T(X) / 2.0 + T(X) * T(X), 1.0 - X / 2.0 + X * X),
        (lambda: -T(X), -X),
        (lambda: T(X).to(tl.int32), X.int()),
    ],
)
def test_operations_are_those_of_torch(got, want):
    found = got().data
    assert found.dtype == want.dtype and torch.equal(found, want)


def test_dot_multiplies_blocks_of_any_rank():
    one, other = torch.randn(1, 2, 3, 4, 5), torch.randn(1, 2, 3, 5, 6)
    torch.testing.assert_close(tl.dot(T(one), T(other)).data, one @ other)


@pytest.mark.parametrize("shapes", [((2, 3), (2, 3)), ((1, 2, 3), (2, 3, 2))])
def test_dot_refuses_shapes_that_do_not_fit(shapes):
    with pytest.raises(ValueError, match="do not fit"):
        tl.dot(*(T(torch.ones(shape)) for shape in shapes))


@pytest.mark.parametrize("name", ["program_id", "arange", "cumsum", "atomic_add", "no_such_thing"])
def test_what_is_not_documented_is_refused_by_name(name):
    with pytest.raises(UnsupportedFeature, match=f"support rebel.triton.language.{name}"):
        getattr(tl, name)


def test_the_refusal_says_where_in_the_kernel():
    def body(x):
        tl.cumsum(x)

    with pytest.raises(UnsupportedFeature) as caught:
        run(body, values(2))
    line = body.__code__.co_firstlineno + 1
    assert (caught.value.kernel, caught.value.file, caught.value.line) == ("body", __file__, line)


@pytest.mark.parametrize(
    ("statement", "feature"),
    [
        (lambda x, p: tl.load(p, mask=None), "options of load"),
        (lambda x, p: tl.load(p, (0, 1)), "options of load"),
        (lambda x, p: tl.store(p, tl.load(p), None), "options of store"),
        (lambda x, p: tl.load(x), "load of a Argument"),
        (lambda x, p: x + 1, "arithmetic on the pointer 'x'"),
        (lambda x, p: 1 if tl.load(p) > 0 else 2, "a branch on the value of a tensor"),
    ],
)
def test_what_other_dialects_have_is_refused(statement, feature):
    def body(x):
        statement(x, tl.make_block_ptr(x, (2, 3), (3, 1), (0, 0), (2, 3), (1, 0)))

    with pytest.raises(UnsupportedFeature, match=feature):
        run(body, values(2, 3))


def test_static_assertions_stop_the_kernel():
    def body(x, N):
        tl.static_assert(N == 1, "one row")

    run(body, values(2), 1)
    with pytest.raises(AssertionError, match="static_assert failed: one row"):
        run(body, values(2), 2)


def test_a_block_pointer_needs_one_rank_throughout():
    def body(x):
        tl.make_block_ptr(x, (2, 3), (3, 1), (0,), (2, 3), (1, 0))

    with pytest.raises(ValueError, match=r"one rank, got \[2, 2, 1, 2, 2\]"):
        run(body, values(2, 3))


def test_a_block_pointer_tells_its_rank_and_advances():
    def body(x, out):
        block = tl.make_block_ptr(x, (4, 3), (3, 1), (0, 0), (2, 3), (1, 0))
        tl.static_assert(len(block.type.element_ty.shape) == 2)
        block = tl.advance(block, (2, 0))
        tl.store(tl.make_block_ptr(out, (2, 3), (3, 1), (0, 0), (2, 3), (1, 0)), tl.load(block))

    x, out = values(4, 3), torch.zeros(2, 3)
    assert run(body, x, out).violations == ()
    assert torch.equal(out, x[2:])


def test_stores_convert_and_demand_the_shape_of_the_block():
    def body(x, out, N):
        block = tl.make_block_ptr(out, (2,), (1,), (0,), (N,), (0,))
        tl.store(block, tl.load(tl.make_block_ptr(x, (2,), (1,), (0,), (2,), (0,))))

    out = torch.zeros(2, dtype=torch.bfloat16)
    run(body, torch.tensor([1.0, 1.001]), out, 2)
    assert out.tolist() == [1.0, 1.0]
    with pytest.raises(ValueError, match=r"value \(2,\) for a block \(1,\)"):
        run(body, values(2), out, 1)
