"""Each memory rule is reported when broken, at its line, and correct kernels are silent."""

from __future__ import annotations

import inspect
import json

import pytest
import torch

from conformance.lockstep import lockstep
from conformance.lockstep.language import recipes
from conformance.memory.violation import LANE_RACE

from .subjects import faulty


@pytest.fixture(autouse=True, params=["recorded", "replayed"])
def first_or_later(request):
    """Every test, when calls of the language are first met and again afterwards."""
    if request.param == "recorded":
        recipes._recipes.clear()


def line_of(mark: str) -> int:
    """The line of ``subjects/faulty.py`` that ends in ``# FAULT mark``."""
    lines = inspect.getsource(faulty).splitlines()
    return 1 + next(index for index, line in enumerate(lines) if line.endswith(f"# FAULT {mark}"))


def only(session):
    """The only violation of a session."""
    assert len(session.violations) == 1, session.violations
    return session.violations[0]


def test_read_past_the_end():
    x, out = torch.arange(10.0), torch.zeros(10)
    with lockstep() as session:
        faulty.copy_without_mask[(2,)](x, out, 10, BLOCK=8)
    found = only(session)
    assert (found.kind, found.kernel, found.line) == (
        "out-of-bounds read",
        f"{faulty.__name__}.copy_without_mask",
        line_of("read"),
    )
    assert found.file == faulty.__file__
    assert (found.argument, found.program, found.offset, found.count) == ("x_ptr", (1, 0, 0), 40, 6)
    assert torch.equal(out, x)


def test_write_past_the_end_is_performed_only_inside_the_storage():
    x, storage = torch.arange(1.0, 11.0), torch.zeros(12)
    with lockstep() as session:
        faulty.store_without_mask[(2,)](x, storage[:10], 10, BLOCK=8)
    found = only(session)
    assert (found.kind, found.line) == ("out-of-bounds write", line_of("write"))
    assert (found.argument, found.program, found.offset, found.count) == (
        "out_ptr",
        (1, 0, 0),
        40,
        6,
    )
    assert torch.equal(storage[:10], x)


def test_bytes_between_the_rows_of_a_view_are_outside():
    x, out = torch.ones(4, 10)[:, 1:9], torch.zeros(4, 10)
    with lockstep() as session:
        faulty.rows[(4,)](x, out[:, :8], 10, 8, BLOCK=8)
    assert session.violations == ()
    with lockstep() as session:
        faulty.rows[(4,)](x, out[:, :8], 10, 9, BLOCK=16)
    kinds = {found.kind: found for found in session.violations}
    assert set(kinds) == {"out-of-bounds read", "out-of-bounds write"}
    assert all(found.count == 4 and found.offset == 32 for found in kinds.values())


def test_arguments_are_bounded_even_where_they_share_a_storage():
    storage = torch.arange(32.0)
    with lockstep() as session:
        faulty.copy_without_mask[(2,)](storage[:10], storage[16:26], 10, BLOCK=8)
    assert only(session).argument == "x_ptr"


def test_uninitialised_read():
    x, out = torch.ones(16), torch.zeros(16)
    with lockstep(poison=0xFF) as session:
        inner = torch.empty(16)
        assert inner.isnan().all()
        inner[:5] = 1
        assert session.written(inner).sum() == 5
        faulty.copy_without_mask[(2,)](inner, out, 16, BLOCK=8)
    found = only(session)
    assert (found.kind, found.line, found.argument) == (
        "uninitialised read",
        line_of("read"),
        "x_ptr",
    )
    assert (found.program, found.offset, found.count) == ((0, 0, 0), 20, 11)
    with lockstep() as session:
        session.undefined(x[3:4])
        faulty.copy_without_mask[(2,)](x, out, 16, BLOCK=8)
        session.defined(x)
        faulty.copy_without_mask[(2,)](x, out, 16, BLOCK=8)
    assert (only(session).offset, only(session).count) == (12, 1)


def test_stores_initialise():
    with lockstep(poison=0xFF) as session:
        out = torch.empty(12)
        faulty.store_without_mask[(1,)](torch.ones(8), out, 8, BLOCK=8)
        assert session.written(out).tolist() == [True] * 8 + [False] * 4
        assert session.written(torch.zeros(3)).all()
        faulty.double_in_place[(1,)](out, 8, BLOCK=16)
    assert session.violations == ()


def test_write_race():
    x, out = torch.arange(8, dtype=torch.int32), torch.zeros(4, dtype=torch.int32)
    for chunk in (None, 1, 3):
        with lockstep(chunk=chunk) as session:
            faulty.same_cell[(8,)](x, out)
        found = only(session)
        assert (found.kind, found.line, found.argument) == (
            "write race",
            line_of("race"),
            "out_ptr",
        )
        assert found.offset == 0 and {found.program, found.other_program} == {(0, 0, 0), (1, 0, 0)}
        assert found.count == 4
        assert out.tolist() == [1, 3, 5, 7]  # the last program wins


def test_equal_values_do_not_race():
    with lockstep() as session:
        faulty.same_flag[(9,)](torch.zeros(1))
        faulty.same_cell[(8,)](torch.full((8,), 5), torch.zeros(4, dtype=torch.int64))
    assert session.violations == ()


@pytest.mark.parametrize("chunk", [None, 1, 2])
def test_write_after_a_foreign_read(chunk):
    x = torch.arange(32.0)
    with lockstep(chunk=chunk) as session:
        faulty.shift_in_place[(4,)](x, 32, BLOCK=8)
    inside, found = session.violations  # lanes overwrite what their neighbours read, too
    assert (inside.kind, inside.line, inside.count) == (LANE_RACE, line_of("after read"), 31 - 4)
    assert (found.kind, found.line, found.argument) == ("read race", line_of("after read"), "x_ptr")
    assert (found.program, found.other_program, found.offset, found.count) == (
        (1, 0, 0),
        (0, 0, 0),
        32,
        3,
    )
    assert torch.equal(x[:31], torch.arange(1.0, 32.0))


@pytest.mark.parametrize("chunk", [None, 1])
def test_read_of_a_foreign_write(chunk):
    x, buffer, out = torch.arange(1.0, 9.0), torch.zeros(8), torch.zeros(8)
    with lockstep(chunk=chunk) as session:
        faulty.neighbour_through_memory[(8,)](x, buffer, out)
    written, read = session.violations
    assert {found.kind for found in session.violations} == {"read race"}
    assert (written.line, written.argument, written.count) == (line_of("own"), "buffer_ptr", 7)
    assert (written.program, written.other_program) == ((1, 0, 0), (0, 0, 0))
    assert (read.line, read.argument, read.count) == (line_of("foreign"), "buffer_ptr", 1)
    assert (read.program, read.other_program) == ((7, 0, 0), (0, 0, 0))


def test_nested_functions_are_named_by_their_own_line():
    x, out = torch.ones(4), torch.zeros(1)
    with lockstep() as session:
        faulty.accumulate[(4,)](x, out)
    assert {found.line for found in session.violations} == {line_of("nested")}
    assert {found.kernel for found in session.violations} == {f"{faulty.__name__}.accumulate"}


def test_cells_shrink_when_smaller_accesses_come():
    storage = torch.zeros(8, dtype=torch.uint8)
    with lockstep() as session:
        faulty.bytes_of_words[(8,)](storage.view(torch.int32), storage)
    assert {found.kind for found in session.violations} == {"write race"}
    assert {found.line for found in session.violations} == {line_of("words")}


@pytest.mark.parametrize("chunk", [None, 1, 3])
def test_silence_on_correct_kernels(chunk):
    x, out = torch.arange(20.0), torch.zeros(20)
    with lockstep(chunk=chunk, poison=0xFF) as session:
        faulty.double_in_place[(3,)](x, 20, BLOCK=8)
        faulty.own_through_memory[(20,)](x, torch.empty(20), out)
        faulty.count[(7,)](torch.zeros(3, dtype=torch.int32), BLOCK=8)
        faulty.selected[(20,)](x, out, torch.empty(20))
    assert session.violations == ()
    assert x.tolist() == [2.0 * i for i in range(20)]


def test_races_survive_divergence():
    x, out = torch.tensor([1, -1, 1, -1, 1]), torch.zeros(5, dtype=torch.int32)
    with lockstep() as session:
        faulty.diverging_race[(5,)](x, out)
    assert session.launches[0].splits
    found = only(session)
    assert (found.kind, found.line, found.program) == (
        "write race",
        line_of("divergent"),
        (1, 0, 0),
    )


def test_misaligned_access_works():
    source = torch.arange(32, dtype=torch.uint8)
    out = torch.zeros(32, dtype=torch.uint8)
    with lockstep() as session:
        faulty.misaligned[(4,)](source, out)
    assert session.violations == () and out[3:19].tolist() == list(range(1, 17))


def test_a_violation_reads_as_a_line_and_goes_to_json():
    with lockstep() as session:
        faulty.copy_without_mask[(2,)](torch.arange(10.0), torch.zeros(10), 10, BLOCK=8)
    found = only(session)
    assert str(found) == (
        f"out-of-bounds read of argument 'x_ptr' at byte 40 by program (1, 0, 0), 6 elements: "
        f"kernel copy_without_mask, {faulty.__file__}:{line_of('read')}"
    )
    assert json.loads(json.dumps(found.as_dict()))["program"] == [1, 0, 0]
