"""Results without a measurement: whoever takes how long is said."""

from random import Random

from conformance.measuring.request import WALL
from conformance.measuring.result import Result
from conformance.measuring.told import Contestant, Figure, Machine, PointDone, PointSet, Standing

POINTS = ({"N": 8, "dtype": "float32"}, {"N": 512, "dtype": "float32"})
GROUPS = {"mine": "subject", "eager": "peer", "launch": "floor", "bandwidth": "floor"}
TIMES = {"mine": 10.0, "eager": 40.0, "launch": 1.0, "bandwidth": 5.0}
MACHINE = Machine("cpu", "Toy 1", "toy", "none", {"torch": "2", "triton": "3"}, 4096, [WALL])


def result(noise=0.01, rounds=20, seed=1, machine=MACHINE, **times):
    """A result in which each takes its time, times what noise makes of it."""
    found, random = Result.of("toy", 7, POINTS, "elements (N)"), Random(seed)
    found.hear(machine)
    for name, group in GROUPS.items():
        found.hear(Contestant(name, group, meaning=f"what {name} means"))
    measure_again(found, range(len(POINTS)), noise, rounds, random, **times)
    found.hear(Standing("mine", True, "", 0))
    return found


def measure_again(found, numbers, noise, rounds, random, **times):
    for number in numbers:
        found.hear(PointSet(number, 32, 32, 4, True, POINTS[number]["N"]))
        for name, time in (TIMES | times).items():
            samples = [time * (number + 1) * random.lognormvariate(0, noise) for _ in range(rounds)]
            found.hear(Figure(number, name, WALL, samples))
        found.hear(PointDone(number))
