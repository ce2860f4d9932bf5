"""Engines that are right, each in another way; and engines with which something does not occur."""

from dataclasses import replace

from conformance.generation import words

from .engine import Parts
from .model import Model
from .setups import SETUPS, Setup
from .subject import MiniSubject


class OtherSlots(Model):
    """The experts of a token are told in another order."""

    def route(self, logits, scale):
        chosen, ids = super().route(logits, scale)
        return chosen.flip(-1), ids.flip(-1)


class NoKeys(Model):
    """Graphs are made anew for each engine, and looked up nowhere."""

    @property
    def keys(self):
        return []

    @keys.setter
    def keys(self, keys):
        pass


def setups(*names: str, **changes: object) -> dict[str, Setup]:
    """The usual setups, some of them (without names: all) with changes."""
    return {
        name: replace(setup, **changes) if name in (names or SETUPS) else setup
        for name, setup in SETUPS.items()
    }


RIGHT = {
    "other blocks, padded to three": lambda: MiniSubject(setups=setups(last_first=True, padded=3)),
    "three at a time, not padded": lambda: MiniSubject(
        setups={**setups(padded=1), words.PLAIN: Setup(batch=3, padded=1)}
    ),
    "small blocks, chunks of seven": lambda: MiniSubject(
        setups={
            **setups(words.CHUNKED, chunk=7),
            words.PLAIN: Setup(block=8, blocks=256),
        }
    ),
    "always in chunks, other slots": lambda: MiniSubject(
        Parts(model=OtherSlots), setups(chunk=16, mixes=True)
    ),
}
ABSENT = {
    ("chunks", "no prompt was split into chunks"):
        lambda: MiniSubject(setups=setups(words.CHUNKED, chunk=0)),
    ("mixed_steps", "no step mixed prefill and decode"):
        lambda: MiniSubject(setups=setups(words.CHUNKED, mixes=False)),
    ("prefix_cache", "no token came from the prefix cache"):
        lambda: MiniSubject(setups=setups(words.PREFIX, prefix=False)),
    ("preemption", "no request was preempted"):
        lambda: MiniSubject(setups=setups(words.PREEMPTING, blocks=128)),
    ("compile_key", "the engine looks nothing up in a compile cache"):
        lambda: MiniSubject(Parts(model=NoKeys)),
    ("engine_memory", "nothing watches the memory of kernels"):
        lambda: MiniSubject(watches=False),
}  # fmt: skip
"""The check, what it says, and an engine with which what it asks of does not occur."""
