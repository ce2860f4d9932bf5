"""What is reported does not depend on which programs run together."""

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conformance.lockstep import lockstep
from conformance.lockstep.launch import session as session_module

from .subjects import faulty, meetings

CHUNKS = (None, 1, 2, 3)


def seen(kernel, grid, make, chunk, **constants):
    """Violations of a launch of a kernel never met before, and the tensors afterwards."""
    session_module._histories.clear()
    tensors = make()
    with lockstep(chunk=chunk) as session:
        kernel[(grid,)](*tensors, **constants)
    values = tuple(each.tolist() for each in tensors if isinstance(each, torch.Tensor))
    return set(session.violations), values


def at_most_one_atomic(steps):
    """Of the orders in which programs may meet at several atomics, only one is seen."""
    return sum(step % 7 == 4 for step in steps) <= 1


STEPS = st.tuples(*[st.integers(0, 7 * 5 - 1)] * 4).filter(at_most_one_atomic)


@settings(
    max_examples=80,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=STEPS, programs=st.integers(1, 5))
def test_drawn_meetings(steps, programs):
    constants = dict(zip("ABCD", steps, strict=True))

    def make():
        cells, out = torch.zeros(programs, dtype=torch.int32), torch.zeros(9, dtype=torch.int32)
        return cells, out, programs

    first = seen(meetings.meet, programs, make, None, **constants)
    for chunk in CHUNKS[1:]:
        assert seen(meetings.meet, programs, make, chunk, **constants) == first


@pytest.mark.parametrize("chunk", CHUNKS)
def test_all_read_and_all_store_the_same(chunk):
    found, _ = seen(meetings.read_then_write, 4, lambda: (torch.zeros(1), torch.zeros(4)), chunk)
    (race,) = found
    assert (race.kind, race.argument, race.count) == ("read race", "x_ptr", 3)
    assert (race.program, race.other_program) == ((1, 0, 0), (0, 0, 0))


@pytest.mark.parametrize("chunk", CHUNKS)
def test_storing_what_is_there_races_with_no_read(chunk):
    found, _ = seen(
        meetings.read_then_write, 4, lambda: (torch.full((1,), 5.0), torch.zeros(4)), chunk
    )
    assert found == set()


@pytest.mark.parametrize("chunk", CHUNKS)
def test_the_lowest_program_lends_its_place(chunk):
    found, _ = seen(
        meetings.past_the_end, 4, lambda: (torch.zeros(8), torch.zeros(4), 8), chunk, BLOCK=4
    )
    (read,) = found
    assert (read.program, read.offset, read.count) == ((1, 0, 0), 32, 20)


@pytest.mark.parametrize("kernel", ["shift_in_place", "double_in_place"])
def test_blocks(kernel):
    function = getattr(faulty, kernel)
    results = [
        seen(function, 4, lambda: (torch.arange(32.0), 30), chunk, BLOCK=8) for chunk in CHUNKS
    ]
    assert results[1:] == results[:-1]


def test_what_is_printed_is_printed_once(capsys):
    with lockstep(chunk=2):
        faulty.tells_and_races[(4,)](torch.zeros(1))
    told = [f"pid ({pid}, 0, 0) idx () at: 0.0" for pid in range(4)]
    assert capsys.readouterr().out.splitlines() == told
