"""Candidates for launch shapes, point after point: wrong ones are left out, the others timed."""

import gc
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from random import Random
from typing import Any

from conformance.case import Case
from conformance.catalogue.devices import open_device
from conformance.catalogue.operators import find_operator
from conformance.contract import LaunchShape, Tuning
from conformance.measuring.points import case_of
from conformance.measuring.request import MeasuringRequest
from conformance.measuring.rounds import LEAST_ROUNDS, MOST_ROUNDS, Sampler, interleaved
from conformance.measuring.shapes import shape_text
from conformance.measuring.statistics import median
from conformance.measuring.told import At, Contestant, Figure, PointDone, PointSet, Standing, Told
from conformance.measuring.worker.agreeing import Agreement
from conformance.measuring.worker.answers import text_of
from conformance.measuring.worker.arguments import argument_sets, moved
from conformance.measuring.worker.emulated import wants_lockstep
from conformance.measuring.worker.entrants import Entrant, subject_entrant
from conformance.measuring.worker.gone import DeviceGone
from conformance.measuring.worker.judging import findings_of, small_enough
from conformance.measuring.worker.place import Place, place_of
from conformance.measuring.worker.timers import Call
from conformance.subjects.names import default_subject

_TRIED = 3
"""Samples of every candidate before the best are chosen."""
_BEST = 8
"""Candidates that all rounds are taken of."""
MOST_ELEMENTS = 600_000
"""Elements of all arguments up to which the oracle judges every candidate."""
EMULATED = (
    "Triton is emulated on this device, and its times say nothing of launch shapes: name a device "
    "that compiles, as --device cuda"
)


class TuningRun:
    """Measures candidates. ``tell`` gets messages; ``place`` replaces the device that is named.

    Raises ``ValueError`` for an operator that has nothing to tune.
    """

    def __init__(
        self, request: MeasuringRequest, tell: Callable[[Told], None], place: Place | None = None
    ) -> None:
        self._request, self._tell = request, tell
        self._operator = find_operator(request.operator)
        if self._operator.tuning is None:
            raise ValueError(f"{request.operator} has no launch shapes to tune")
        self._tuning: Tuning = self._operator.tuning
        self._place = place or place_of(open_device(request.device).torch_device)
        self._owner: Agreement | None = None

    def run(self) -> None:
        """Measure all points that are wanted. Raises :class:`DeviceGone`."""
        self._tell(self._place.machine(self._request.device))
        for number in self._request.only:
            self._point(number)
            gc.collect()
            self._place.release()
            self._tell(PointDone(number))

    def _point(self, number: int) -> None:
        place, contract = self._place, self._operator.contract
        point = self._request.points[number]
        case = case_of(contract, point, seed=self._request.seed)
        self._tell(At(number, "", "builds the arguments"))
        sets = argument_sets(
            contract, case, place.torch_device, place.cache_bytes, place.free_bytes()
        )
        read, written = moved(contract, case, self._operator.measured)
        self._tell(PointSet(number, read, written, len(sets.sets), sets.beyond_cache, 0))
        self._owner = self._agreement(case, sets.sets[0])
        samplers: dict[str, Sampler] = {}
        for shape in self._tuning.candidates(point):
            name = shape_text(shape)
            if name in self._request.without or name in samplers:
                continue
            self._tell(Contestant(name, "subject"))
            sampler = self._sampler(number, case, name, shape, sets.sets)
            if sampler is not None:
                samplers[name] = sampler
        if samplers:
            self._measure(number, samplers)

    def _sampler(
        self, number: int, case: Case, name: str, shape: LaunchShape, sets: Sequence[Any]
    ) -> Sampler | None:
        """What takes samples of a candidate; None for one that is wrong or does not run."""
        self._tell(At(number, name, "is called for the first time"))
        way = partial(self._called, shape)
        entrant = Entrant(name, "subject", "", {"": way}, answers=way)
        if self._place.emulates and wants_lockstep(self._operator.contract, case, entrant):
            raise ValueError(EMULATED)
        wrong = self._wrong(case, entrant)
        self._survive(name)
        self._tell(Standing(name, not wrong, wrong, number))
        if wrong:
            return None
        try:
            sampler = self._place.timers[0].sampler([way(arguments) for arguments in sets])
        except Exception as error:
            self._survive(name)
            self._tell(Figure(number, name, "", error=f"{type(error).__name__}: {error}"))
            return None
        return self._named(number, name, sampler)

    def _called(self, shape: LaunchShape, arguments: tuple[Any, ...]) -> Call:
        return partial(self._tuning.call, arguments, shape)

    def _agreement(self, case: Case, arguments: tuple[Any, ...]) -> Agreement | None:
        """What candidates are compared with; None where the oracle is asked for each."""
        operator = self._operator
        if small_enough(operator.contract, case, MOST_ELEMENTS):
            return None
        own = subject_entrant(operator, default_subject(operator), {})
        return Agreement(operator.contract, arguments, own)

    def _wrong(self, case: Case, entrant: Entrant) -> str:
        """What is wrong with the answer of a candidate.

        Where the oracle would take too long, the operator's own subject says what is right.
        """
        if self._owner is not None:
            return self._owner.problem(entrant)
        contract, device = self._operator.contract, self._place.torch_device
        return text_of(findings_of(contract, case, entrant, device))

    def _measure(self, number: int, samplers: Mapping[str, Sampler]) -> None:
        timer = self._place.timers[0].name
        tried = {name: [take() for _ in range(_TRIED)] for name, take in samplers.items()}
        best = sorted(tried, key=lambda name: median(tried[name]))[:_BEST]
        shipped = [name for name in self._request.shipped if name in samplers]
        chosen = {name: samplers[name] for name in dict.fromkeys([*best, *shipped])}
        least = self._request.rounds or LEAST_ROUNDS
        samples = interleaved(
            chosen, Random(self._request.seed * 1_000_003 + number), least, max(least, MOST_ROUNDS)
        )
        for name, own in {**tried, **samples}.items():
            self._tell(Figure(number, name, timer, own))

    def _named(self, number: int, name: str, sampler: Sampler) -> Sampler:
        """The sampler; whoever brings the device down is told by name."""

        def sample() -> float:
            self._tell(At(number, name, "is measured"))
            try:
                return sampler()
            except Exception as error:
                raise DeviceGone(name, f"{type(error).__name__}: {error}") from error

        return sample

    def _survive(self, name: str) -> None:
        try:
            self._place.settle()
        except Exception as lost:
            raise DeviceGone(name, f"{type(lost).__name__}: {lost}") from lost
