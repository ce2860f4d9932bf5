"""What goes wrong in an engine's process: functions that are called in it (`--patch`)."""

import os
import signal
import sys
import time

from .kind import MINI


def dies() -> None:
    """Some orders end the process, each in another way; all others are carried out."""

    def trouble(order):
        sizes = len(order.prompts), max(map(len, order.prompts))
        if sizes == (1, 1):
            print("last words of the engine", flush=True)
            os.kill(os.getpid(), signal.SIGSEGV)
        if sizes == (2, 33):
            print("a library gives up", file=sys.stderr, flush=True)
            os._exit(7)
        if sizes == (5, 17):
            raise KeyError("no block is left")
        if sizes == (3, 12):
            for descriptor in range(3, 64):
                try:
                    os.write(descriptor, b"\0\0\0\x05hello")
                except OSError:
                    continue
            time.sleep(1000)

    MINI.trouble = trouble


def hangs() -> None:
    """A lone token is never answered."""

    def trouble(order):
        if order.prompts and len(order.prompts[0]) == len(order.prompts) == 1:
            open(os.environ["MINI_HANGS"], "w").close()
            time.sleep(1000)

    MINI.trouble = trouble


def eats() -> None:
    """A lone token takes all memory that there is."""

    def trouble(order):
        held = []
        while order.prompts and len(order.prompts[0]) == len(order.prompts) == 1:
            held.append(b"x" * (64 << 20))

    MINI.trouble = trouble


def wrong() -> None:
    """Positions in decode are one off."""
    from .engine import Engine, Parts

    class Late(Engine):
        def first_position(self, row, rows, phase):
            return row.request.computed + (phase == "decode")

    MINI.parts = Parts(engine=Late)
