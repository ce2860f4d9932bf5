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
from conformance.checks.check import Check, Gathered
from conformance.contract import Contract
from conformance.events.finding import Finding, Kind
from conformance.events.verdict import NoRoom, NotSupported
from conformance.execution.bench import Bench
from conformance.execution.launches import builder_of, plain
from conformance.targets.builds import Builds
from conformance.targets.gpus import GPUS, gpu

GPU = "gpu"
"""The option of a case that says for which GPU its launches are built."""


def _gathered(bench: Bench, asked: Sequence[Case], heard: Callable[[Case, int], None]) -> Gathered:
    """Build what the cases of all checks launch; one case for each build."""
    builder = builder_of(bench.device)
    gpus, missing = _available(builder, bench.profile.targets)
    own = [plain(bench.contract, case, CHECK.id) for case in asked]
    representatives: dict[int, Case] = {}
    for case in dict.fromkeys([*own, *map(Case.parse, builder.cases())]):
        for launched in _launched(builder, case, bench.rehearse):
            representatives.setdefault(launched, case)
    plan = builder.plan(list(representatives), gpus, bench.profile.binaries)
    cases = [representatives[step.launched].with_options(**{GPU: step.gpu}) for step in plan]
    builder.build(plan, lambda place: heard(cases[place], place + 1))
    reasons = [f"not built for {name}: {why}" for name, why in missing.items()]
    if not representatives and builder.uncompiled:
        raise NotSupported("its kernels are interpreted (TRITON_INTERPRET): none is compiled")
    if not representatives:
        raise NotSupported("it launches no Triton kernel")
    return Gathered(list(dict.fromkeys(cases)), "; ".join(reasons), builder.needs(plan))


def _decide(bench: Bench, case: Case) -> list[Finding]:
    builder = builder_of(bench.device)
    names = (case.options[GPU],) if GPU in case.options else bench.profile.targets
    gpus, _ = _available(builder, names)
    found = _refused(bench, builder, case, gpus)
    if found and builder.forget_rehearsal(str(_without_gpu(case))):
        # What a rehearsal launches may depend on what its kernels did not write.
        found = _refused(bench, builder, case, gpus)
    return found


def _refused(bench: Bench, builder: Builds, case: Case, gpus: Iterable[str]) -> list[Finding]:
    launched = _launched(builder, _without_gpu(case), bench.run)
    return [
        Finding(
            refused.kernel, f"Triton's compiler {refused.what} for {refused.gpu}",
            refused.message, "a kernel that compiles", refused.place, Kind.BUILD,
            line=refused.place,
        )
        for name in gpus
        for refused in builder.refused(launched, name)
    ]  # fmt: skip


def _available(builder: Builds, names: Iterable[str]) -> tuple[list[str], dict[str, str]]:
    """The targets that the installed Triton builds for, and why it does not for the others."""
    gpus = [gpu(name).name for name in names]
    missing = builder.unavailable(gpus)
    if len(missing) == len(gpus):
        raise NotSupported("; ".join(f"{name}: {why}" for name, why in missing.items()))
    return [name for name in gpus if name not in missing], missing


def _without_gpu(case: Case) -> Case:
    return replace(case, options={n: word for n, word in case.options.items() if n != GPU})


def _launched(builder: Builds, case: Case, run: Callable[[Case], object]) -> list[int]:
    """What a case launches; ``run`` finds out unless a check has run it."""
    if builder.launched(str(case)) is None:
        try:
            run(case)
        except NoRoom:
            return []
    return builder.launched(str(case)) or []


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
