"""Broken memory rules are recorded with kind, kernel, line, argument and offset."""

from pathlib import Path

import pytest
import torch
from rebel.triton import language as tl

from conformance.memory.undefined import Undefined
from conformance.vendors.rebel import BrokenRules
from conformance.vendors.rebel.launch.kernels import Kernel
from conformance.vendors.rebel.watching import report

from .kernels import run, scale, values


def copy(source, target, SHAPE, STRIDES, AT):
    read = tl.make_block_ptr(source, SHAPE, STRIDES, AT, (2, 4), (1, 0))
    tl.store(tl.make_block_ptr(target, (2, 4), (4, 1), (0, 0), (2, 4), (1, 0)), tl.load(read))


def put(target, SHAPE, STRIDES, AT):
    write = tl.make_block_ptr(target, SHAPE, STRIDES, AT, (2, 4), (1, 0))
    tl.store(write, tl.zeros([2, 4], dtype=tl.float32))


def only(session):
    (violation,) = session.violations
    return violation


def line_of(function, text):
    lines = Path(__file__).read_text().splitlines()
    first = function.__code__.co_firstlineno
    return next(number for number, line in enumerate(lines, 1) if number > first and text in line)


def test_a_true_declaration_breaks_nothing():
    source, target = values(4, 4), torch.empty(2, 4)
    assert run(copy, source, target, (4, 4), (4, 1), (1, 0)).violations == ()
    assert torch.equal(target, source[1:3])


def test_a_declared_shape_must_be_the_tensors():
    source, target = values(4, 4), torch.empty(2, 4)
    found = only(run(copy, source, target, (3, 4), (4, 1), (1, 0)))
    assert (found.kind, found.kernel, found.argument) == (report.OTHER_SHAPE, "copy", "source")
    assert (found.file, found.line) == (__file__, line_of(copy, "read = "))
    assert found.offset == 1 * 4 * 4
    assert "declared (3, 4), the tensor has (4, 4)" in str(found)
    assert torch.equal(target, source[1:3]), "accesses inside the memory go on"


def test_declared_strides_must_be_those_of_dense_rows():
    source, target = values(4, 4), torch.empty(2, 4)
    found = only(run(copy, source, target, (4, 4), (8, 1), (0, 0)))
    assert found.kind == report.OTHER_STRIDES
    assert torch.equal(target, source[::2])


def test_a_block_inside_its_tensor_is_found_there_whatever_dense_shape_is_declared():
    """A kernel that takes a pool for one of other size: the compiler knows the tensor."""
    source, target = values(2, 3, 4), torch.empty(1, 1, 4)

    def body(source, target):
        read = tl.make_block_ptr(source, (2, 1, 4), (4, 4, 1), (1, 2, 0), (1, 1, 4), (2, 1, 0))
        whole = ((1, 1, 4), (4, 4, 1), (0, 0, 0), (1, 1, 4), (2, 1, 0))
        tl.store(tl.make_block_ptr(target, *whole), tl.load(read))

    assert only(run(body, source, target)).kind == report.OTHER_SHAPE
    assert torch.equal(target[0, 0], source[1, 2])


def test_a_view_of_a_tensor_is_read_as_it_is_declared():
    """Transposed by its strides, which are not those of a dense tensor of its shape."""
    source, target = values(4, 2), torch.empty(2, 4)
    found = only(run(copy, source, target, (2, 4), (1, 2), (0, 0)))
    assert found.kind == report.OTHER_SHAPE
    assert "declared (2, 4) with strides (1, 2), the tensor has (4, 2)" in str(found)
    assert torch.equal(target, source.T)


def test_a_block_beyond_its_tensor_is_where_the_declaration_says():
    source, target = values(2, 8), torch.empty(2, 4)
    found = run(copy, source, target, (4, 4), (4, 1), (2, 0)).violations
    assert [violation.kind for violation in found] == [report.OTHER_SHAPE]
    assert torch.equal(target, source.view(4, 4)[2:])


def test_strides_of_axes_of_length_one_do_not_matter():
    def body(x):
        tl.load(tl.make_block_ptr(x, (1, 4), (77, 1), (0, 0), (1, 4), (1, 0)))

    assert run(body, values(1, 4)).violations == ()


def test_reads_outside_the_memory_are_recorded_and_give_nan():
    source, target = values(4, 4), torch.empty(2, 4)
    found = only(run(copy, source, target, (4, 4), (4, 1), (3, 0)))
    assert (found.kind, found.argument) == (report.OUT_OF_BOUNDS_READ, "source")
    assert (found.offset, found.count) == (4 * 4 * 4, 4)
    assert found.line == line_of(copy, "tl.load(read)")
    assert torch.equal(target[0], source[3]) and target[1].isnan().all()


def test_integers_read_outside_the_memory_are_minus_one():
    source, target = torch.ones(4, 4, dtype=torch.int32), torch.zeros(2, 4, dtype=torch.int32)
    run(copy, source, target, (4, 4), (4, 1), (3, 0))
    assert target.tolist() == [[1] * 4, [-1] * 4]


def test_reads_before_the_memory_are_recorded():
    found = only(run(copy, values(4, 4), torch.empty(2, 4), (4, 4), (4, 1), (-1, 0)))
    assert (found.kind, found.offset, found.count) == (report.OUT_OF_BOUNDS_READ, -16, 4)


def test_a_view_does_not_reach_the_rest_of_its_storage():
    whole, target = values(6, 4), torch.empty(2, 4)
    found = only(run(copy, whole[1:5], target, (4, 4), (4, 1), (3, 0)))
    assert (found.kind, found.count) == (report.OUT_OF_BOUNDS_READ, 4)
    assert torch.equal(target[0], whole[4]) and target[1].isnan().all()


def test_reads_outside_the_declared_shape_are_recorded_and_go_on():
    source, target = values(4, 4), torch.empty(2, 4)
    session = run(copy, source, target, (4, 4), (4, 1), (0, 1))
    found = only(session)
    assert (found.kind, found.count, found.offset) == (report.UNDECLARED_READ, 2, 4 * 4)
    assert target[0].tolist() == [1.0, 2.0, 3.0, 4.0]


def test_writes_outside_the_memory_are_recorded_and_dropped():
    target = torch.ones(6, 4)
    found = only(run(put, target[:4], (4, 4), (4, 1), (3, 0)))
    assert (found.kind, found.argument, found.count) == (report.OUT_OF_BOUNDS_WRITE, "target", 4)
    assert found.line == line_of(put, "tl.store(write")
    assert target.sum(1).tolist() == [4, 4, 4, 0, 4, 4]


def test_writes_outside_the_declared_shape_are_recorded_and_go_on():
    target = torch.ones(4, 4)
    found = only(run(put, target, (4, 4), (4, 1), (0, 1)))
    assert (found.kind, found.count) == (report.UNDECLARED_WRITE, 2)
    assert target.tolist()[:2] == [[1.0, 0.0, 0.0, 0.0], [0.0] * 4]


def test_reads_of_memory_that_nobody_wrote_are_recorded():
    target = torch.zeros(2, 4)
    with (undefined := Undefined(poison=0xFF)):
        source = torch.empty(4, 4)
        source[1].zero_()
    session = run(copy, source, target, (4, 4), (4, 1), (1, 0), undefined=undefined)
    found = only(session)
    assert (found.kind, found.offset, found.count) == (report.UNINITIALISED_READ, 2 * 16, 4)


def test_what_a_kernel_wrote_counts_as_written():
    with (undefined := Undefined(poison=0xFF)):
        middle = torch.empty(4, 2).T
    run(put, middle, (2, 4), (4, 1), (0, 0), undefined=undefined)
    assert undefined.written(middle).all()
    target = torch.zeros(2, 4)
    again = run(copy, middle, target, (2, 4), (4, 1), (0, 0), undefined=undefined)
    assert again.violations == ()


def test_one_line_of_a_loop_is_one_violation():
    found = run(scale.fn, values(3, 4), torch.empty(2, 4), 1.0, 3, 4).violations
    assert [(v.kind, v.argument, v.count) for v in found] == [
        (report.OTHER_SHAPE, "target", 3),
        (report.OUT_OF_BOUNDS_WRITE, "target", 4),
    ]


def test_without_a_session_the_launch_raises_what_it_found():
    target = torch.ones(2, 4)
    with pytest.raises(BrokenRules, match="out-of-bounds write of argument 'target'") as caught:
        Kernel(put).warmup(target, (2, 4), (4, 1), (1, 0))
    assert [v.kind for v in caught.value.violations] == [report.OUT_OF_BOUNDS_WRITE]
    assert target.sum() == 4, "the launch came to its end before"
