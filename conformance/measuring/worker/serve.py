"""Engines side by side: the same requests to each in turn, round after round."""

from collections.abc import Callable, Mapping
from random import Random
from time import perf_counter
from typing import Any

from conformance.catalogue.objects import load_object
from conformance.catalogue.operators import check_settings, find_operator
from conformance.generation.client import EngineDied, EngineRaised, Engines, EngineUnavailable
from conformance.generation.setup import EngineSetup, Generate, Generated, ProcessSetup, Started
from conformance.measuring.request import FIRST, ORDER, TOKEN, MeasuringRequest
from conformance.measuring.told import (
    At,
    Contestant,
    Figure,
    Machine,
    PointDone,
    PointSet,
    Standing,
    Told,
)
from conformance.measuring.worker.place import place_of

ROUNDS = 9
"""Rounds at every point: an order takes seconds where kernels are emulated."""
_SMALLEST_ID, _LARGEST_ID = 3, 500
"""Token ids of prompts: every vocabulary has them, and none is special."""
Setups = Mapping[str, tuple[ProcessSetup, EngineSetup]]
Samples = dict[str, dict[str, list[float]]]


class ServingRun:
    """Measures engines. ``tell`` gets messages, ``engines`` makes what holds so many processes.

    Both engines stand ready, and requests alternate between them. Where memory does not allow two,
    one ends before the other starts, in every round; starting them is never measured.
    """

    def __init__(
        self,
        request: MeasuringRequest,
        tell: Callable[[Told], None],
        engines: Callable[[int], Any] = Engines,
        clock: Callable[[], float] = perf_counter,
    ) -> None:
        operator = find_operator(request.operator)
        check_settings(operator, request.settings)
        if operator.serving is None:
            raise ValueError(f"{request.operator} has no engines")
        self._request, self._tell, self._clock = request, tell, clock
        self._setups: Setups = load_object(operator.serving)(
            operator.contract.name, dict(request.settings)
        )
        self._make = engines
        self._engines = engines(len(self._setups))
        self._emulated: dict[str, bool] = {}
        self._device = "cpu"

    def run(self) -> None:
        """Measure all points that are wanted."""
        for name in self._setups:
            meaning = "vLLM as it is installed" if name == "stock" else "vLLM with this in it"
            self._tell(Contestant(name, "subject" if name != "stock" else "peer", meaning))
        try:
            if self._start():
                self._tell(self._machine())
                for number in self._request.only:
                    self._point(number)
                    self._tell(PointDone(number))
        finally:
            self._engines.close()

    def _machine(self) -> Machine:
        """Where engines run: where their package takes them, whatever a user named."""
        told = vars(place_of(self._device).machine(self._device))
        return Machine(**{**told, "timers": [TOKEN, FIRST, ORDER]})

    def _start(self) -> bool:
        """Start all engines; whether they run. What does not is told."""
        for name in self._setups:
            self._tell(At(0, name, "starts"))
            try:
                started = self._started(name)
            except (EngineDied, EngineRaised, EngineUnavailable) as error:
                self._tell(Contestant(name, "subject", "", absent=str(error)))
                self._tell(Figure(0, name, "", error=f"the engine does not start: {error}"))
                return False
            self._emulated[name] = started.execution == "emulated"
            self._device = started.facts.get("device", "cpu")
        return True

    def _started(self, name: str) -> Started:
        try:
            found: Started = self._engines.start(*self._setups[name])
        except (EngineDied, EngineRaised):
            if not self._emulated:
                raise
            # Two may be too many for the memory: from now on there is one at a time.
            self._engines.close()
            self._engines = self._make(1)
            found = self._engines.start(*self._setups[name])
        return found

    def _point(self, number: int) -> None:
        point = self._request.points[number]
        requests, length, new = (int(point[name]) for name in ("R", "L", "N"))
        self._tell(PointSet(number, 0, 0, 1, True, requests))
        names = list(self._setups)
        samples: Samples = {name: {TOKEN: [], FIRST: [], ORDER: []} for name in names}
        random = Random(self._request.seed * 1_000_003 + number)
        rounds = self._request.rounds or ROUNDS
        differing = 0
        for taken in range(rounds + 1):
            prompts = tuple(
                tuple(random.randint(_SMALLEST_ID, _LARGEST_ID) for _ in range(length))
                for _ in range(requests)
            )
            random.shuffle(names)
            answers = []
            for name in names:
                self._tell(At(number, name, "generates"))
                answers.append(self._take(name, prompts, new, samples[name]))
            differing += any(answer.tokens != answers[0].tokens for answer in answers)
            if taken == 0:  # what is compiled or filled at the first order is not measured
                for own in samples.values():
                    for times in own.values():
                        times.clear()
        for name, own in samples.items():
            for timer, times in own.items():
                emulated = self._emulated[name]
                self._tell(Figure(number, name, timer, times, emulated=emulated))
            if name != "stock":
                same = f"tokens equal those of stock in {rounds + 1 - differing} of {rounds + 1}"
                text = f"{same} orders; 'conformance check {self._request.operator}' judges them"
                self._tell(Standing(name, None, text, number))

    def _take(
        self, name: str, prompts: tuple[tuple[int, ...], ...], new: int, samples: Mapping[str, Any]
    ) -> Generated:
        """One order for the first token, one for all; the difference is that of further tokens."""
        self._engines.start(*self._setups[name])
        first, _ = self._timed(name, Generate(prompts, 1, 1))
        order, answer = self._timed(name, Generate(prompts, new, 1))
        samples[FIRST].append(first)
        samples[ORDER].append(order)
        # An order that a hiccup made shorter than its first token still took some time.
        samples[TOKEN].append(max(order - first, 1.0) / max(new - 1, 1))
        return answer

    def _timed(self, name: str, order: Generate) -> tuple[float, Generated]:
        begin = self._clock()
        answer: Generated = self._engines.generate(*self._setups[name], order)
        return (self._clock() - begin) * 1e6, answer
