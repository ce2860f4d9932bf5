"""An operator whose calls take time on a clock of their own: nothing depends on the machine."""

from collections.abc import Callable
from random import Random

import torch

from conformance import contract as c
from conformance.measuring.worker.place import Place
from conformance.measuring.worker.timers import WallTimer


class Clock:
    """Seconds that pass only when somebody says so. ``drift`` slows everything down over time,
    ``noise`` makes each work take up to so many times as long."""

    def __init__(self, drift: float = 0.0, noise: float = 0.0) -> None:
        self.now, self._drift, self._noise = 0.0, drift, noise
        self._random = Random(7)

    def __call__(self) -> float:
        self.now += 1e-9  # to look at it takes time
        return self.now

    def spend(self, seconds: float) -> None:
        """Let time pass: more of it, the later it is."""
        longer = 1 + self._noise * self._random.random() ** 2
        self.now += seconds * longer * (1 + self._drift * self.now)


CLOCK = Clock()


def subject(seconds: float, factor: float = 2.0) -> Callable[[torch.Tensor], torch.Tensor]:
    """Doubles a tensor, or multiplies it by another factor, in so many seconds on the clock."""

    def double(x):
        CLOCK.spend(seconds)
        return x * factor

    return double


fast, slow, wrong = subject(1e-4), subject(1.2e-4), subject(1e-4, 3.0)
eager = subject(2e-4)


def crashing(x):
    raise RuntimeError("out of shared memory")


def prepared(x, mode):
    """Called once, returns what is measured."""
    seconds = {"first": 3e-4, "second": 1.5e-4}[mode]

    def call():
        CLOCK.spend(seconds)
        return x * 2

    return call


def lacks():
    return "the toy needs a chip that nobody has"


CONTRACT = c.Contract(
    name="double",
    summary="twice x",
    axes=(c.Axis("N", "elements", usual=8), c.Axis("R", "rows", usual=2)),
    arguments=(c.TensorArgument("x", ("R", "N"), ("float32", "bfloat16"), "what is doubled",
                                stress=("nan", "zeros")),),
    outputs=(c.Output("y", ("R", "N"), "x", "twice x", budget=c.Budget(1e-2, 1e-30, "toy")),),
    reference=lambda x: (x * 2,),
)  # fmt: skip
HERE = "tests.measuring.toy"
OPERATOR = c.Operator(
    CONTRACT,
    subjects={"fast": f"{HERE}:fast", "slow": f"{HERE}:slow", "wrong": f"{HERE}:wrong"},
    measured=c.Measured(
        points=({"N": 8, "dtype": "float32"}, {"N": 64, "dtype": "float32"}),
        along="N * R",
        along_meaning="elements",
        peers=(
            c.Peer("eager", f"{HERE}:eager", "as one writes it"),
            c.Peer("ready", f"{HERE}:prepared", "in its own layout", modes=("first", "second"),
                   prepared=True, leaves_out="the copy"),
            c.Peer("far", f"{HERE}:eager", "on a chip", lacks=c.imported(f"{HERE}:lacks")),
        ),
    ),
)  # fmt: skip


def place(**changes) -> Place:
    """A device whose timer reads the clock above."""
    known = {
        "torch_device": "cpu", "name": "Toy 1", "architecture": "toy", "cache_bytes": 4096,
        "free_bytes": lambda: 1 << 30, "settle": lambda: None, "release": lambda: None,
        "timers": (WallTimer(clock=CLOCK),),
    }  # fmt: skip
    return Place(**(known | changes))


def candidates(point):
    """A shape that is right, one that is faster, one that is wrong, one that does not run."""
    return [{"rows": rows} for rows in (1, 4, 16, 64)]


def launched(arguments, shape):
    (x,) = arguments
    if shape["rows"] == 64:
        raise RuntimeError("out of shared memory")
    CLOCK.spend({1: 2e-4, 4: 1e-4, 16: 5e-5}[shape["rows"]])
    return x * (3 if shape["rows"] == 16 else 2)


TUNED = c.Operator(
    CONTRACT,
    subjects={"fast": f"{HERE}:fast"},
    tuning=c.Tuning(
        table="tests.measuring:launch_shapes.json",
        points=({"N": 8, "dtype": "float32"}, {"N": 64, "dtype": "float32"}),
        candidates=c.imported(f"{HERE}:candidates"),
        call=c.imported(f"{HERE}:launched"),
        up_to=("N",),
    ),
)
