"""Memory between two processes: what one puts in, the other gets."""

import os

import numpy as np
import pytest

from conformance.memory.shared import Inbox, Outbox


def bytes_of(*numbers):
    return np.array(numbers, np.uint8)


def test_what_is_put_in_is_got_out_where_it_was_said_to_lie():
    outbox = Outbox()
    inbox = Inbox(outbox.descriptor, outbox.size)
    places = [outbox.put(bytes_of(1, 2, 3)), outbox.put(bytes_of(4))]
    assert inbox.get(places[0], 3).tolist() == [1, 2, 3]
    assert inbox.get(places[1], 1).tolist() == [4]
    assert all(place % 64 == 0 for place in places)
    assert inbox.get(outbox.put(bytes_of()), 0).size == 0


def test_a_reader_can_make_the_memory_that_another_one_writes():
    inbox = Inbox()
    outbox = Outbox(inbox.descriptor, inbox.size)
    assert inbox.get(outbox.put(bytes_of(9, 8)), 2).tolist() == [9, 8]


def test_after_a_clearing_there_is_room_at_the_front():
    outbox = Outbox()
    assert outbox.put(bytes_of(1)) == 0 and outbox.put(bytes_of(1)) == 64
    outbox.clear()
    assert outbox.put(bytes_of(2)) == 0


def test_what_a_large_message_took_is_given_back():
    outbox = Outbox()
    outbox.put(np.ones(600 << 20, np.uint8))
    taken = os.fstat(outbox.descriptor).st_blocks
    outbox.clear()
    assert os.fstat(outbox.descriptor).st_blocks < taken / 100


@pytest.mark.parametrize(("start", "length"), [(-1, 1), (0, -1), (1 << 62, 1), (0, 1 << 62)])
def test_a_place_outside_is_refused(start, length):
    with pytest.raises(ValueError, match="outside"):
        Inbox().get(start, length)


def test_nobody_can_make_the_memory_smaller_that_another_one_reads():
    inbox = Inbox()
    with pytest.raises(PermissionError):
        os.ftruncate(inbox.descriptor, 0)


def test_a_reader_cannot_write():
    data = Inbox().get(0, 8)
    with pytest.raises(ValueError, match="read-only"):
        data[0] = 1
