"""Build signatures for GPUs: what was built before is remembered, the rest goes to a pool."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from conformance.policy.cores import cores
from conformance.targets import pool
from conformance.targets.gpus import Gpu
from conformance.targets.known import Known
from conformance.triton_compiler import Needs, Refused, Signature, build, key_of

SECONDS = 300.0
"""Of one build; the slowest of eleven packages' kernels took 20 s on one busy core."""
FORMAT = "1"
"""Part of every key: raised when a result says something else."""


@dataclass(frozen=True)
class Job:
    """A signature for a GPU: its IR only, or ``whole``, down to the binary."""

    signature: Signature | Exception
    gpu: Gpu
    whole: bool


@dataclass(frozen=True)
class Refusal:
    """What the compiler has against a signature.

    ``line`` counts from the first line of the kernel, decorators left out, 0 if unknown;
    ``assertion`` says that one of the kernel's own failed (``tl.static_assert``).
    """

    step: str
    message: str
    line: int = 0
    assertion: bool = False


Result = Needs | Refusal


class MachineTrouble(RuntimeError):
    """A build ended for a reason that is not the kernel's: no memory, a full disk."""


def build_all(
    jobs: Sequence[Job],
    done: Callable[[int], None] = lambda place: None,
    known: Known | None = None,
    workers: int | None = None,
) -> list[Result]:
    """The results of all jobs, in their order. ``done`` hears the place of each that was built.

    Up to ``workers`` processes build at a time, by default one for each core.
    Raises :class:`MachineTrouble`.
    """
    known = known or Known()
    results: dict[int, Result] = {}
    keys: dict[int, str] = {}
    for place, job in enumerate(jobs):
        try:
            keys[place] = _key(job)
        except Refused as refused:
            results[place] = _refusal(refused)
    earlier = known.get(keys.values())
    results |= {place: _read(earlier[key]) for place, key in keys.items() if key in earlier}
    first = {key: place for place, key in reversed(keys.items()) if place not in results}
    waiting = sorted(first.values(), key=lambda place: not jobs[place].whole)
    fresh: dict[str, str] = {}
    work = [jobs[place] for place in waiting]
    for number, line in pool.run(work, _work, workers or cores(), SECONDS):
        place = waiting[number]
        if isinstance(line, pool.Died):
            if line.from_outside:
                raise MachineTrouble(f"a process that compiles {line.how}")
            text = json.dumps({"refused": asdict(Refusal("", f"Triton's compiler {line.how}"))})
        else:
            text = line
            fresh[keys[place]] = text
        data = json.loads(text)
        if "trouble" in data:
            raise MachineTrouble(data["trouble"])
        earlier[keys[place]] = text
        done(place)
    known.add(fresh)
    return [
        results[place] if place in results else _read(earlier[keys[place]])
        for place in range(len(jobs))
    ]


def _key(job: Job) -> str:
    if isinstance(job.signature, Exception):
        error = job.signature
        raise Refused("launch", f"{type(error).__name__}: {str(error).strip()}")
    gpu, signature = job.gpu, job.signature
    if not job.whole:
        # Divisibility is written beside the arguments; the frontend does not look at it.
        signature = replace(signature, attributes={})
    depth = "whole" if job.whole else "frontend"
    return f"{FORMAT} {depth} {key_of(signature, gpu.vendor, gpu.arch, gpu.warp)}"


def _work(job: Any, printed: Callable[[], str]) -> str:
    """The result of one job as a line of JSON, in a process of the pool."""
    gpu = job.gpu
    try:
        needs = build(
            job.signature, gpu.vendor, gpu.arch, gpu.warp, whole=job.whole, printed=printed
        )
    except Refused as refused:
        return json.dumps({"refused": asdict(_refusal(refused))})
    except (OSError, MemoryError) as error:
        return json.dumps({"trouble": f"{type(error).__name__}: {error}"})
    return json.dumps({"needs": asdict(needs)})


def _refusal(refused: Refused) -> Refusal:
    return Refusal(refused.step, refused.message, refused.line, refused.assertion)


def _read(text: str) -> Result:
    data = json.loads(text)
    return Needs(**data["needs"]) if "needs" in data else Refusal(**data["refused"])
