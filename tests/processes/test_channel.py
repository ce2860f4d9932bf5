"""Messages between two processes: whole, bounded, and of the process at the other end alone."""

import json
import os
import socket
from threading import Thread

import pytest

from conformance.processes.channel import LARGEST, Channel, ChannelClosed, NotAMessage, pair


@pytest.fixture
def ends():
    """A channel that takes messages of this process, and one that sends them."""
    own, other = pair()
    channels = Channel(own, os.getpid()), Channel(other)
    yield channels
    for channel in channels:
        channel.close()


@pytest.mark.parametrize("size", [0, 10, 32 << 10, 100_000])
def test_a_message_of_any_size_comes_as_it_was_sent(ends, size):
    here, there = ends
    message = {"text": "ä" * size, "number": 7}
    # The system holds part of a large one until somebody reads it.
    sender = Thread(target=there.send, args=(message,))
    sender.start()
    assert here.receive(5) == message
    sender.join()


def test_messages_keep_their_order_and_their_borders(ends):
    here, there = ends
    for number in range(5):
        there.send({"n": number})
    assert [here.receive(5)["n"] for _ in range(5)] == [0, 1, 2, 3, 4]


def test_nothing_comes_where_nothing_was_sent(ends):
    assert ends[0].receive(0) is None


def test_a_closed_end_is_told_to_whoever_reads_or_writes():
    own, other = pair()
    channel = Channel(own)
    other.close()
    with pytest.raises(ChannelClosed):
        channel.receive(5)
    with pytest.raises(ChannelClosed):
        channel.send({})


def test_who_does_not_take_what_is_sent_is_given_up(ends):
    with pytest.raises(ChannelClosed, match="nobody takes"):
        ends[1].send({"text": "x" * (4 << 20)}, seconds=0.1)


@pytest.mark.parametrize(
    "packet", [b"\1no json", b"\1[1]", b"\1" + b"[" * 30_000, b"\2{}", b"\1\xff", b"\1", b"x"]
)
def test_what_is_no_message_is_told(packet):
    own, other = pair()
    channel = Channel(own, os.getpid())
    other.send(packet)
    with pytest.raises(NotAMessage):
        channel.receive(5)


def test_a_message_without_end_is_told_before_it_fills_the_memory():
    own, other = pair()
    channel, sent = Channel(own, os.getpid()), 0
    with pytest.raises(NotAMessage, match="more than 16 MiB"):
        while True:
            other.send(b"\0" + b" " * 32_000)
            sent += 32_000
            assert channel.receive(0) is None
    assert sent <= LARGEST + 64_000


def test_a_child_may_not_answer_for_its_parent(ends):
    here, there = ends
    child = os.fork()
    if not child:
        there.send({"forged": True})
        os._exit(0)
    os.waitpid(child, 0)
    with pytest.raises(NotAMessage, match="another process"):
        here.receive(5)


def test_nobody_can_say_that_he_is_somebody_else():
    own, other = pair()
    channel = Channel(own, peer=1)
    forged = (socket.SOL_SOCKET, socket.SCM_CREDENTIALS, b"\1\0\0\0" + b"\0" * 8)
    try:
        other.sendmsg([b"\1" + json.dumps({}).encode()], [forged])
    except PermissionError:
        other.send(b"\1{}")  # only who may administer the machine is not refused here
    else:
        pytest.skip("NOT_RUN: this process may send messages in the name of others")
    with pytest.raises(NotAMessage, match="another process"):
        channel.receive(5)


def test_a_child_that_python_forks_has_no_end_of_the_channel():
    own, other = pair()
    channel = Channel(other)
    channel.close_in_children()
    child = os.fork()
    if not child:
        os._exit(0 if channel.fileno() == -1 else 1)
    assert os.waitpid(child, 0)[1] == 0
    own.close()
