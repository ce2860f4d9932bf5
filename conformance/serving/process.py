"""What the zygote forks for a subject: little is open there, and nothing of the judge's."""

import gc
import os
import signal
import socket
import sys

from conformance.memory.shared import Inbox, Outbox
from conformance.processes import confine
from conformance.processes.channel import Channel, ChannelClosed
from conformance.serving.server import Server


def main(descriptors: list[int]) -> int:
    """``descriptors``: the socket to the judge, both boxes, and where output goes.

    The number of bytes of the boxes is the size of their memory.
    """
    end, inbox, outbox, output = descriptors
    os.setsid()
    nothing = os.open(os.devnull, os.O_RDWR)
    for number, source in ((0, nothing), (1, output), (2, output)):
        os.dup2(source, number)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115 -- as the interpreter does
    confine.close_descriptors(end, inbox, outbox)
    confine.open_memory()
    confine.give_up_rights()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.argv = ["conformance"]
    # Walking through torch and Triton again and again takes a sixth of a run.
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    channel = Channel(socket.socket(fileno=end))
    channel.close_in_children()
    boxes = Inbox(inbox, os.fstat(inbox).st_size), Outbox(outbox, os.fstat(outbox).st_size)
    for descriptor in (inbox, outbox):
        os.close(descriptor)
    try:
        Server(channel, *boxes).serve()
    except ChannelClosed:
        return 0
    return 1
