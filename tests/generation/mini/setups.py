"""How a mini engine is set up, by the words of a case."""

from dataclasses import dataclass

from conformance.generation import words

SWITCH = "MINI_CUSTOM"
"""The variable that turns the custom router on."""
ENVIRONMENTS = {
    words.AS_ASKED: {SWITCH: "1"},
    "unset": {},
    "0": {SWITCH: "0"},
    "False": {SWITCH: "False"},
    "1": {SWITCH: "1"},
    "True": {SWITCH: "True"},
    words.MISSPELT: {"MINI_CUSTM": "1"},
    words.REMOVED: {"MINI_ROUTER": "custom"},
}
OWED = ("1", "True")


@dataclass(frozen=True)
class Setup:
    """``chunk`` is the most tokens of a step (0: any number), ``batch`` the most requests in it,
    ``padded`` what the number of requests is a multiple of; an engine that ``mixes`` puts prefill
    and decode into one step. ``last_first`` hands blocks out in the other order."""

    block: int = 16
    blocks: int = 128
    batch: int = 8
    chunk: int = 0
    mixes: bool = False
    padded: int = 4
    prefix: bool = False
    last_first: bool = False
    compiled: bool = False
    flipped: bool = False
    plugin: bool = True


SETUPS = {
    words.PLAIN: Setup(),
    words.CHUNKED: Setup(chunk=32, mixes=True),
    words.PREFIX: Setup(block=32, prefix=True),
    words.PREEMPTING: Setup(block=32, blocks=16),
    words.SINGLE: Setup(batch=1),
    words.COMPILED: Setup(compiled=True),
    words.FLIPPED: Setup(compiled=True, flipped=True),
    words.BARE: Setup(plugin=False),
}
