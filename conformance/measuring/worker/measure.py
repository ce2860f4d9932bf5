"""One point after the other: arguments, everybody's first call, answers, interleaved samples."""

import gc
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

import torch

from conformance.case import Case
from conformance.catalogue.devices import open_device
from conformance.catalogue.operators import find_operator, with_settings
from conformance.contract import Expression, Operator
from conformance.measuring.points import case_of
from conformance.measuring.request import GRAPH, MeasuringRequest
from conformance.measuring.rounds import (
    LEAST_ROUNDS,
    MOST_ROUNDS,
    POINT_SECONDS,
    PRECISION,
    Sampler,
    interleaved,
)
from conformance.measuring.statistics import median
from conformance.measuring.told import (
    At,
    Figure,
    PointDone,
    PointSet,
    Told,
)
from conformance.measuring.worker.answers import Answers
from conformance.measuring.worker.arguments import ArgumentSets, argument_sets, moved
from conformance.measuring.worker.emulated import in_lockstep
from conformance.measuring.worker.entrants import (
    OWN_GRAPHS,
    Entrant,
    peer_entrant,
    subject_entrant,
)
from conformance.measuring.worker.floors import floors
from conformance.measuring.worker.gone import DeviceGone
from conformance.measuring.worker.place import Place, place_of
from conformance.measuring.worker.timers import Call, Timer

_TRIED = 3
"""Samples out of which the fastest of several ways is chosen."""


@dataclass(frozen=True)
class _Ready:
    """What takes samples of somebody, in one way."""

    entrant: Entrant
    timer: str
    way: str
    sampler: Sampler
    emulated: bool


class Measuring:
    """Carries out a request. ``tell`` gets messages as things happen.

    ``place`` replaces the device that the request names. Raises what finding operator, device and
    subjects raises.
    """

    def __init__(
        self, request: MeasuringRequest, tell: Callable[[Told], None], place: Place | None = None
    ) -> None:
        self._request, self._tell = request, tell
        operator = find_operator(request.operator)
        self._operator: Operator = with_settings(operator, request.settings)
        self._place = place or place_of(open_device(request.device).torch_device, request.cold)
        ways = [timer.name for timer in self._place.timers]
        if unknown := set(request.timers) - set(ways):
            known = ", ".join(ways)
            raise ValueError(
                f"{request.device} cannot be measured by {min(unknown)}, but by {known}"
            )
        names = [name for name in request.subjects if name not in request.without]
        entrants = [subject_entrant(self._operator, name, request.settings) for name in names]
        measured = self._operator.measured
        if request.peers and measured is not None:
            taken = {*names, *request.without}
            peers = [peer for peer in measured.peers if not {peer.name, peer.subject} & taken]
            entrants += [peer_entrant(self._operator, peer) for peer in peers]
        self._entrants: Sequence[Entrant] = entrants
        self._answers = Answers(
            self._operator.contract, self._place, tell, self._survive, request.judged
        )

    def run(self) -> None:
        """Measure all points that are wanted. Raises :class:`DeviceGone`."""
        self._tell(self._place.machine(self._request.device))
        for entrant in self._entrants:
            self._tell(entrant.told)
        for number in self._request.only:
            self._point(number)
            gc.collect()
            self._place.release()
            self._tell(PointDone(number))

    def _point(self, number: int) -> None:
        request, contract, place = self._request, self._operator.contract, self._place
        point = request.points[number]
        case = case_of(contract, point, seed=request.seed)
        self._tell(At(number, "", "builds the arguments"))
        try:
            sets = argument_sets(
                contract, case, place.torch_device, place.cache_bytes, place.free_bytes()
            )
        except Exception as error:
            if not _is_out_of_memory(error):
                raise
            for entrant in self._entrants:
                self._tell(Figure(number, entrant.name, "", error="no memory for the arguments"))
            return
        measured = self._operator.measured
        read, written = moved(contract, case, measured)
        along = (
            Expression(measured.along).size(case.axes) if measured else contract.elements(case.axes)
        )
        beyond = sets.beyond_cache or request.cold
        self._tell(PointSet(number, read, written, len(sets.sets), beyond, along))
        self._forget_compiled()
        ready: list[_Ready] = []
        own_floors = floors(place.torch_device, read, written)
        for entrant in (*self._entrants, *own_floors):
            if not entrant.absent:
                ready += self._prepared(number, case, entrant, sets)
        self._measure(number, ready)

    def _forget_compiled(self) -> None:
        """Each point is compiled by itself: beyond a limit torch would stop compiling."""
        if "torch._dynamo" in sys.modules:  # else nothing has been compiled
            torch.compiler.reset()

    def _prepared(
        self, number: int, case: Case, entrant: Entrant, sets: ArgumentSets
    ) -> list[_Ready]:
        """Samplers of all ways; what does not work is told."""
        if entrant.answers is not None:
            self._tell(At(number, entrant.name, "is called for the first time"))
            if not self._answers.look(number, case, entrant):
                return []
        emulated = entrant.name in self._answers.emulated
        ready: list[_Ready] = []
        for timer in self._place.timers:
            if self._request.timers and timer.name not in self._request.timers:
                continue
            found, problem = self._ways(number, entrant, sets, timer, emulated)
            ready += found
            if not found:
                self._tell(Figure(number, entrant.name, timer.name, error=problem))
        return ready

    def _ways(
        self, number: int, entrant: Entrant, sets: ArgumentSets, timer: Timer, emulated: bool
    ) -> tuple[list[_Ready], str]:
        found: list[_Ready] = []
        problem = ""
        for way, make in entrant.ways.items():
            if timer.name == GRAPH and way in OWN_GRAPHS:
                continue  # no graph can hold another
            self._tell(At(number, entrant.name, f"is prepared {way}".strip()))
            try:
                calls: list[Call] = [make(arguments) for arguments in sets.sets]
                sampler = in_lockstep(timer, calls) if emulated else timer.sampler(calls)
            except Exception as error:
                problem = problem or f"{type(error).__name__}: {error}"
                self._survive(entrant.name, error)
                continue
            found.append(_Ready(entrant, timer.name, way, sampler, emulated))
        return found, problem

    def _measure(self, number: int, ready: Sequence[_Ready]) -> None:
        request = self._request
        chosen = [self._fastest(number, own) for own in _by_entrant(ready)]
        samplers = {
            (each.entrant.name, each.timer): self._told_before(number, each) for each in chosen
        }
        least = request.rounds or LEAST_ROUNDS
        samples = interleaved(
            samplers, Random(request.seed * 1_000_003 + number), least,
            max(least, request.most or MOST_ROUNDS), request.precision or PRECISION,
            request.seconds or POINT_SECONDS,
        )  # fmt: skip
        for each in chosen:
            own = samples[each.entrant.name, each.timer]
            self._tell(Figure(number, each.entrant.name, each.timer, own, each.way, each.emulated))

    def _fastest(self, number: int, ready: Sequence[_Ready]) -> _Ready:
        if len(ready) == 1:
            return ready[0]
        return min(
            ready,
            key=lambda each: median([self._told_before(number, each)() for _ in range(_TRIED)]),
        )

    def _told_before(self, number: int, each: _Ready) -> Sampler:
        """The sampler; whoever brings the device down is told by name."""

        def sample() -> float:
            self._tell(At(number, each.entrant.name, each.timer))
            try:
                return each.sampler()
            except Exception as error:
                raise DeviceGone(each.entrant.name, f"{type(error).__name__}: {error}") from error

        return sample

    def _survive(self, name: str, error: BaseException | None = None) -> None:
        """Raise :class:`DeviceGone` if the device is lost."""
        try:
            self._place.settle()
        except Exception as lost:
            raise DeviceGone(name, f"{type(error or lost).__name__}: {error or lost}") from lost


def _by_entrant(ready: Sequence[_Ready]) -> list[list[_Ready]]:
    """Those of one name and timer together."""
    found: dict[tuple[str, str], list[_Ready]] = {}
    for each in ready:
        found.setdefault((each.entrant.name, each.timer), []).append(each)
    return list(found.values())


def _is_out_of_memory(error: Exception) -> bool:
    return isinstance(error, torch.OutOfMemoryError | MemoryError)
