"""Would Triton's compiler take it, for GPUs that are not here?

Lockstep runs a kernel as Triton's language means it; a GPU runs what Triton's compiler makes of it,
and the compiler refuses much that would run: a variable that changes its type in a loop, a name
that only one branch sets, a block too large for the shared memory of a chip. So every signature
that the checks launch (types, divisibility, an int of 1, which Triton makes a constant, constants,
warps, stages) goes through the compiler of the installed Triton, for the GPUs that are asked for
(``--targets``). No GPU is needed.

Every signature is asked as far as the frontend goes, for the first target. What is built down to
the binary are those of each kernel that hold each type, each option and each constant that is no
number at least once, with the largest blocks; for a further target of the same vendor each type of
what pointers lead to. A build takes seconds, and kernels have hundreds of signatures: ``qualify``
builds all of them, for all targets, and ``quick`` builds no binary. A kernel that is autotuned may
lack a configuration that does not fit, as on a GPU, if another one does.

It fails if the frontend refuses a signature, if one does not lower, or if it needs more shared
memory than the target has. Registers, spills and shared memory are reported.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from conformance.case import Case
from conformance.checks.building.needs import needs_of, too_much
from conformance.checks.check import Check, Gathered
from conformance.contract import Contract
from conformance.events.finding import Finding, Kind
from conformance.events.verdict import NoRoom, NotSupported
from conformance.execution.bench import Bench
from conformance.execution.launches import launch_log, plain
from conformance.targets.available import unavailable
from conformance.targets.build import Job, Refusal, Result, build_all
from conformance.targets.choose import covering
from conformance.targets.gpus import GPUS, Gpu, gpu
from conformance.targets.launched import Launched, LaunchLog
from conformance.triton_compiler import Signature, place_of

GPU = "gpu"
"""The option of a case that says for which GPU its launches are built."""


def _gathered(bench: Bench, asked: Sequence[Case], heard: Callable[[Case, int], None]) -> Gathered:
    """Build what the cases of all checks launch; one case for each build."""
    log = launch_log(bench.device)
    gpus, missing = _available(bench.profile.targets)
    own = [plain(bench.contract, case, CHECK.id) for case in asked]
    representatives: dict[int, tuple[Launched, Case]] = {}
    for case in dict.fromkeys([*own, *map(Case.parse, log.cases())]):
        for launched in _launched(log, case, bench.rehearse):
            representatives.setdefault(id(launched), (launched, case))
    everything = [launched for launched, _ in representatives.values()]
    plan = _plan(everything, gpus, bench.profile.binaries)
    cases = [
        representatives[id(launched)][1].with_options(**{GPU: target.name})
        for launched, target, _ in plan
    ]
    _build(log, plan, lambda place: heard(cases[place], place + 1))
    reasons = [f"not built for {name}: {why}" for name, why in missing.items()]
    if not everything and log.uncompiled:
        raise NotSupported("its kernels are interpreted (TRITON_INTERPRET): none is compiled")
    if not everything:
        raise NotSupported("it launches no Triton kernel")
    return Gathered(list(dict.fromkeys(cases)), "; ".join(reasons), needs_of(log, plan))


def _decide(bench: Bench, case: Case) -> list[Finding]:
    log = launch_log(bench.device)
    names = (case.options[GPU],) if GPU in case.options else bench.profile.targets
    gpus, _ = _available(names)
    found = _refused(bench, log, case, gpus)
    if found and log.forget_rehearsal(str(_without_gpu(case))):
        # What a rehearsal launches may depend on what its kernels did not write.
        found = _refused(bench, log, case, gpus)
    return found


def _refused(
    bench: Bench, log: LaunchLog, case: Case, gpus: Iterable[Gpu]
) -> list[Finding]:  # fmt: skip
    launched = _launched(log, _without_gpu(case), bench.run)
    findings = []
    for target in gpus:
        known = [each for each in launched if (id(each), target.name) in log.built]
        if not known:
            known = launched
            _build(log, [(each, target, True) for each in launched])
        for each in known:
            findings += _findings(log, each, target)
    return findings


def _available(names: Iterable[str]) -> tuple[list[Gpu], dict[str, str]]:
    """The targets that the installed Triton builds for, and why it does not for the others."""
    gpus = [gpu(name) for name in names]
    missing = unavailable(gpus)
    if len(missing) == len(gpus):
        raise NotSupported("; ".join(f"{name}: {why}" for name, why in missing.items()))
    return [each for each in gpus if each.name not in missing], missing


def _without_gpu(case: Case) -> Case:
    return replace(case, options={n: word for n, word in case.options.items() if n != GPU})


def _launched(log: LaunchLog, case: Case, run: Callable[[Case], object]) -> list[Launched]:
    """What a case launches; ``run`` finds out unless a check has run it."""
    if log.of_case(str(case)) is None:
        try:
            run(case)
        except NoRoom:
            return []
    return log.of_case(str(case)) or []


Plan = list[tuple[Launched, Gpu, bool]]
"""What is built for which GPU, and whether down to the binary."""


def _plan(launched: Sequence[Launched], gpus: Sequence[Gpu], binaries: str) -> Plan:
    """``binaries`` is none, some or all; see the head of this file."""
    plan: Plan = []
    vendors: set[str] = set()
    for target in gpus:
        only_types = target.vendor in vendors
        vendors.add(target.vendor)
        chosen = {id(each) for each in _representing(launched, target, only_types)}
        for each in launched:
            if id(each) in chosen or binaries == "all":
                plan.append((each, target, binaries != "none"))
            elif target is gpus[0]:
                plan.append((each, target, False))
    return plan


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


def _build(
    log: LaunchLog, plan: Plan, done: Callable[[int], None] = lambda place: None
) -> None:  # fmt: skip
    """Build and remember. What an autotuner could take instead is built where its choice fails."""
    jobs = [Job(each.of[target.vendor], target, whole) for each, target, whole in plan]
    results = build_all(jobs, done)
    for (each, target, whole), result in zip(plan, results, strict=True):
        if each.instead and too_much(result, target, tuned=True):
            result = _tuned(each, target, whole) or result
        log.built[id(each), target.name] = result


def _tuned(launched: Launched, target: Gpu, whole: bool) -> Result | None:
    """What an autotuner comes to that drops configurations: one that fits, None if none does.

    A configuration that the frontend refuses ends the launch, whatever the others are like.
    """
    others = build_all([Job(each.of[target.vendor], target, whole) for each in launched.instead])
    left = [result for result in others if not too_much(result, target, tuned=True)]
    refused = [result for result in left if isinstance(result, Refusal)]
    return (refused or left or [None])[0]


def _findings(log: LaunchLog, launched: Launched, target: Gpu) -> list[Finding]:
    result = log.built[id(launched), target.name]
    message = result.message if isinstance(result, Refusal) else too_much(result, target)
    if not message:
        return []
    step = result.step if isinstance(result, Refusal) else "binary"
    place = place_of(launched.kernel, result.line if isinstance(result, Refusal) else 0)
    what = "refuses it" if step in ("launch", "frontend") else "cannot build it"
    return [
        Finding(
            launched.kernel.fn.__qualname__, f"Triton's compiler {what} for {target.name}", message,
            "a kernel that compiles", place, Kind.BUILD, line=place,
        )
    ]  # fmt: skip


def _misfit(contract: Contract, case: Case) -> str | None:
    name = case.options.get(GPU)
    return None if name is None or name in GPUS else f"{name} is no target that is known"


CHECK = Check(
    "builds",
    "Would Triton's compiler take it, for GPUs that are not here?",
    _decide,
    gathered=_gathered,
    misfit=_misfit,
    effort=0.0,
)
