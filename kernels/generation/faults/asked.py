"""Asking checks of engines in which something is planted, several of them in one process."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from importlib.util import find_spec
from tempfile import mkdtemp
from time import process_time

from conformance.asking.explore import explore
from conformance.case import Case
from conformance.checks import find_check
from conformance.contract import Promise, narrowed
from conformance.events.events import CheckFinished
from conformance.events.finding import Identity
from conformance.events.request import Profile
from conformance.events.verdict import Verdict
from conformance.execution.bench import Bench
from conformance.generation.client import Engines
from conformance.generation.device import EngineDevice
from conformance.policy.profiles import profile

from ..contract import GEMMA4, MISTRAL, QWEN3
from ..promises import promise_of_vllm, promise_of_vllm_rbln
from ..setups import Setup
from ..subjects import EngineSubject
from . import SEAM, places
from .planted import Fault, Variation, Where

_OPERATORS = {"gemma4": GEMMA4, "qwen3": QWEN3, "mistral": MISTRAL}
_PACKAGES = {"vllm": "vllm", "vllm_rbln": "vllm_rbln"}
SEED = 1
NOTHING = Variation("nothing", "Nothing is planted.", places.GEMMA4)
NOTHING_COMPILED = replace(NOTHING, id="nothing-compiled", where=places.COMPILED)
NOTHING_OF_VENDOR = replace(NOTHING, id="nothing-of-vendor", where=places.VENDOR)
NOTHING_SWITCHED = replace(NOTHING, id="nothing-switched", where=places.SWITCHED)
UNPLANTED = {
    each.id: each for each in (NOTHING, NOTHING_COMPILED, NOTHING_OF_VENDOR, NOTHING_SWITCHED)
}
"""Each place as it is: what a release shows by itself no fault is found by."""


def lacks(where: Where) -> str:
    """What is not installed here that the engines need; empty if nothing."""
    package = _PACKAGES[where.kind]
    return "" if find_spec(package) else f"{package} is not installed"


class PlantedSubject(EngineSubject):
    """An engine with a fault or a variation in it."""

    def __init__(self, planted: Fault | Variation, engines: Engines) -> None:
        where = planted.where
        super().__init__(where.kind, where.model, where.settings, engines)
        self._planted = planted
        self._caches = mkdtemp(prefix="conformance-planted-") if _is_alone(planted) else ""

    def _setup(self, engine: str, switch: str) -> Setup:
        setup = super()._setup(engine, switch)
        process, made = setup.process, setup.engine
        if _is_alone(self._planted):
            if process.kind != self._planted.where.kind:
                return setup  # the engine without the plugin
            plant = f"{SEAM.partition(':')[0]}:FAULTS[{self._planted.id}].plant"
            # Compiled code with a fault in it must be found by no other process.
            folders = ("VLLM_CACHE_ROOT", "TORCHINDUCTOR_CACHE_DIR") if process.compiled else ()
            variables = {**process.environment, **dict.fromkeys(folders, self._caches)}
            return replace(setup, process=replace(process, plants=(plant,), environment=variables))
        arguments = {**made.arguments, **getattr(self._planted, "arguments", {})}
        word = "" if self._planted.id in UNPLANTED else self._planted.id
        # Before other seams, which put theirs on top.
        seams = {SEAM: word, **made.seams}
        return replace(setup, engine=replace(made, seams=seams, arguments=arguments))


def _is_alone(planted: Fault | Variation) -> bool:
    return getattr(planted, "alone", False)


@dataclass(frozen=True)
class Answer:
    """The verdict of a check on a planted engine; ``seconds`` of CPU are those of the judge."""

    finished: CheckFinished
    seconds: float

    @property
    def found(self) -> bool:
        return self.finished.verdict == Verdict.FAIL

    @property
    def identities(self) -> frozenset[Identity]:
        """Of all findings."""
        return frozenset(f.identity for each in self.finished.failures for f in each.findings)

    @property
    def requests(self) -> int:
        """Of the smallest case that is reported."""
        cases = [Case.parse(each.case) for each in self.finished.failures if each.case]
        return min((int(str(case.axes["R"])) for case in cases), default=0)

    @property
    def places(self) -> tuple[str, ...]:
        """Where the findings start, in words."""
        return tuple(f.where for each in self.finished.failures for f in each.findings)


def ask(
    planted: Fault | Variation,
    engines: Engines,
    checks: Iterable[str] = (),
    effort: Profile | None = None,
) -> dict[str, Answer]:
    """What checks (those of the place, if none are given) say of an engine, by id.

    ``effort`` is the quick profile unless it is given.
    """
    subject = PlantedSubject(planted, engines)
    bench = _bench(planted.where, subject, effort or profile("quick"))
    found = {}
    for name in tuple(checks) or planted.where.checks:
        begin = process_time()
        finished = explore(find_check(name), bench, bench.profile, SEED)
        found[name] = Answer(finished, process_time() - begin)
    return found


def _bench(where: Where, subject: EngineSubject, effort: Profile) -> Bench:
    operator = _OPERATORS[where.model]
    promises = {"vllm": promise_of_vllm, "vllm_rbln": promise_of_vllm_rbln}
    promise: Promise = promises[where.kind](operator.contract.name, "", where.settings)
    contract = narrowed(
        operator.contract, promise.within, promise.dtypes, promise.without, promise.words
    )
    device = EngineDevice(f"{where.kind} in a process of its own")
    return Bench(contract, subject, device, effort)
