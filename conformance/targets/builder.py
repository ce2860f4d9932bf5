"""Builds the kernels that a device has launched, in the process in which they are.

What is built down to the binary are those signatures of each kernel that hold each type, each
option and each constant that is no number at least once, with the largest blocks.
"""

from collections.abc import Callable, Sequence

from conformance.events.needs import KernelNeeds
from conformance.policy.cores import cores
from conformance.targets.ahead import Ahead
from conformance.targets.available import unavailable
from conformance.targets.build import Job, Refusal, Result, build_all
from conformance.targets.builds import Refused, Step
from conformance.targets.choose import covering
from conformance.targets.gpus import Gpu, gpu
from conformance.targets.launched import Launched, LaunchLog
from conformance.targets.needs import needs_of, too_much
from conformance.triton_compiler import Signature, place_of


class Builder:
    """See :class:`~conformance.targets.builds.Builds`. ``log`` says what was launched."""

    def __init__(self, log: LaunchLog) -> None:
        self._log = log
        self._numbers: dict[int, int] = {}
        self._all: list[Launched] = []
        self._ahead = Ahead(log)
        self.workers = cores()
        """How many processes compile at a time."""

    @property
    def uncompiled(self) -> bool:
        return self._log.uncompiled

    def cases(self) -> Sequence[str]:
        return self._log.cases()

    def launched(self, case: str) -> list[int] | None:
        found = self._log.of_case(case)
        return None if found is None else [self._number(each) for each in found]

    def forget_rehearsal(self, case: str) -> bool:
        return self._log.forget_rehearsal(case)

    def ahead(self, least: int = 1, patient: bool = False) -> int:
        return self._ahead.start(self.workers, least, patient)

    def claim(self, launched: Launched) -> None:
        """Wait for whoever compiles what is launched now; nobody else does until
        :meth:`release`."""
        self._ahead.claim(launched)

    def release(self) -> None:
        """What was launched is compiled."""
        self._ahead.release()

    def compiling(self) -> bool:
        return self._ahead.busy()

    def stop(self) -> None:
        """Compile nothing more ahead: nobody will launch it."""
        self._ahead.stop()

    def unavailable(self, gpus: Sequence[str]) -> dict[str, str]:
        return unavailable([gpu(name) for name in gpus])

    def plan(self, launched: Sequence[int], gpus: Sequence[str], binaries: str) -> list[Step]:
        own = [self._all[number] for number in launched]
        plan: list[Step] = []
        vendors: set[str] = set()
        for target in map(gpu, gpus):
            only_types = target.vendor in vendors
            vendors.add(target.vendor)
            chosen = {id(each) for each in _representing(own, target, only_types)}
            for number, each in zip(launched, own, strict=True):
                if id(each) in chosen or binaries == "all":
                    plan.append(Step(number, target.name, binaries != "none"))
                elif target.name == gpus[0]:
                    plan.append(Step(number, target.name, False))
        return plan

    def build(self, plan: Sequence[Step], done: Callable[[int], None] = lambda place: None) -> None:
        """What an autotuner could take instead is built where its choice fails."""
        steps = [(self._all[step.launched], gpu(step.gpu), step.whole) for step in plan]
        jobs = [Job(each.of[target.vendor], target, whole) for each, target, whole in steps]
        results = build_all(jobs, done, workers=self.workers)
        for (each, target, whole), result in zip(steps, results, strict=True):
            if each.instead and too_much(result, target, tuned=True):
                result = self._tuned(each, target, whole) or result
            self._log.built[id(each), target.name] = result

    def refused(self, launched: Sequence[int], name: str) -> list[Refused]:
        known = [n for n in launched if (id(self._all[n]), name) in self._log.built]
        if not known:
            known = list(launched)
            self.build([Step(number, name, True) for number in known])
        found = (self._complaint(self._all[number], gpu(name)) for number in known)
        return [each for each in found if each is not None]

    def needs(self, plan: Sequence[Step]) -> tuple[KernelNeeds, ...]:
        return needs_of(
            self._log,
            [(self._all[step.launched], gpu(step.gpu), step.whole) for step in plan],
        )

    def _number(self, launched: Launched) -> int:
        if id(launched) not in self._numbers:
            self._numbers[id(launched)] = len(self._all)
            self._all.append(launched)
        return self._numbers[id(launched)]

    def _tuned(self, launched: Launched, target: Gpu, whole: bool) -> Result | None:
        """What an autotuner comes to that drops configurations: one that fits, None if none does.

        A configuration that the frontend refuses ends the launch, whatever the others are like.
        """
        jobs = [Job(each.of[target.vendor], target, whole) for each in launched.instead]
        others = build_all(jobs, workers=self.workers)
        left = [result for result in others if not too_much(result, target, tuned=True)]
        refused = [result for result in left if isinstance(result, Refusal)]
        return (refused or left or [None])[0]

    def _complaint(self, launched: Launched, target: Gpu) -> Refused | None:
        result = self._log.built[id(launched), target.name]
        message = result.message if isinstance(result, Refusal) else too_much(result, target)
        if not message:
            return None
        step = result.step if isinstance(result, Refusal) else "binary"
        place = place_of(launched.kernel, result.line if isinstance(result, Refusal) else 0)
        what = "refuses it" if step in ("launch", "frontend") else "cannot build it"
        return Refused(launched.kernel.fn.__qualname__, target.name, what, message, place)


def _representing(launched: Sequence[Launched], target: Gpu, only_types: bool) -> list[Launched]:
    chosen = []
    for kernel in {id(each.kernel): each.kernel for each in launched}.values():
        own = [each for each in launched if each.kernel is kernel]
        taken: list[tuple[Launched, Signature]] = []
        for each in own:
            found = each.of[target.vendor]
            if isinstance(found, Exception):
                chosen.append(each)
            else:
                taken.append((each, found))
        places = covering([signature for _, signature in taken], only_types)
        chosen += [taken[place][0] for place in places]
    return chosen
