"""Where a wrong answer starts: the request, the step, the layer and its part, and what ran there.

The case is asked once more with the outputs of layers kept, and these are compared with those of
the oracle, position by position. The first one that differs by more than rounding is named.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch

from conformance.case import Case
from conformance.events.finding import Finding, Kind
from conformance.execution.bench import Bench
from conformance.execution.trial import Trial
from conformance.generation.setup import UNWATCHED
from conformance.generation.told import Told
from conformance.generation.words import WATCHED

CLOSE = 1e-3
"""How far outputs of a layer may lie apart, relative to the largest of their position: two
implementations in float32 differ by 1e-5 at most, whatever is wrong differs by more."""


NOT_READ = (
    "the layer where it starts cannot be told without the package safetensors: "
    "pip install 'kernel-conformance[generate]'"
)


def located(bench: Bench, case: Case, trial: Trial, findings: list[Finding]) -> list[Finding]:
    """The findings, with the place where wrong numbers start, if it can be found."""
    wrong = [f for f in findings if f.kind in (Kind.VALUE, Kind.SELECTION)]
    if not wrong or case.options.get("watch") != WATCHED[0]:
        return findings
    # An engine that cannot be watched raises, and would have to be started again.
    if not trial.outcome.told or UNWATCHED in Told.from_dict(trial.outcome.told).started.facts:
        return findings
    place = _place(bench, case)
    if not place:
        return findings
    return [
        replace(f, where=f"{f.where}; {place}".removeprefix("; ")) if f in wrong else f
        for f in findings
    ]


def _place(bench: Bench, case: Case) -> str:
    layers_of = getattr(bench.contract.reference, "layers", None)
    if layers_of is None:
        return ""
    trial = bench.run(case.with_options(watch=WATCHED[1]))
    if not trial.outcome.told or "tokens" not in trial.outputs:
        return ""
    told = Told.from_dict(trial.outcome.told)
    if not told.taps or not Path(told.taps).is_file():
        return ""
    if find_spec("safetensors") is None:
        return NOT_READ
    names = [argument.name for argument in bench.contract.arguments]
    given = dict(zip(names, trial.originals, strict=True))
    lengths = given["lengths"].tolist()
    prompts = [row[:n] for row, n in zip(given["prompts"].tolist(), lengths, strict=True)]
    tokens = trial.outputs["tokens"].tolist()
    return first_difference(told, read_taps(told.taps), prompts, tokens, layers_of)


def first_difference(
    told: Told, taps: "Mapping[int, TappedStep]", prompts: Sequence[Sequence[int]],
    tokens: Sequence[Sequence[int]], layers_of: Any,
) -> str:  # fmt: skip
    """Where outputs of layers first leave the oracle's, as a sentence; empty if they do not."""
    owed: dict[int, Mapping[str, torch.Tensor]] = {}
    for number in sorted(taps):
        step = taps[number]
        for request in dict.fromkeys(request for request, _ in step.places):
            if request not in owed:
                owed[request] = layers_of(prompts[request], tokens[request])
        # The oracle tells its parts in the order in which they end; a file has another order.
        for name in dict.fromkeys(name for parts in owed.values() for name in parts):
            if name not in step.outputs:
                continue
            for row, (request, position) in enumerate(step.places):
                off = _off(step.outputs[name][row], owed[request].get(name), position)
                if off is not None:
                    return _sentence(told, number, name, request, position, off)
    return ""


def _off(got: torch.Tensor, wanted: torch.Tensor | None, position: int) -> float | None:
    """How far an output of one position is off; None if it is right, or cannot be compared."""
    if wanted is None or position >= wanted.shape[0] or got.shape != wanted[position].shape:
        return None
    right = wanted[position].double()
    off = (got.double() - right).abs().max()
    is_right = bool(off <= CLOSE * right.abs().max().clamp(min=1e-6))
    return None if is_right else float(off)


def _sentence(told: Told, number: int, name: str, request: int, position: int, off: float) -> str:
    phase = told.steps[number].phase if number < len(told.steps) else "unknown"
    parts = name.split(".")
    layer = int(parts[1]) if len(parts) > 1 and parts[1].isdigit() else None
    ran = sorted({
        each.name
        for each in told.calls
        if each.phase == phase and (each.layer is None or each.layer == layer)
    })  # fmt: skip
    what = f"it starts at request {request}, step {number} ({phase}), position {position}, {name}"
    kernels = f"; called there: {', '.join(ran[:6])}" if ran else ""
    return f"{what}, off by {off:.3g}{kernels}"


class TappedStep:
    """Outputs of layers in one step: by name (rows, H), and the request and position of each
    row."""

    def __init__(self) -> None:
        self.outputs: dict[str, torch.Tensor] = {}
        self.places: list[tuple[int, int]] = []


def read_taps(path: str) -> dict[int, TappedStep]:
    """The steps of a file of taps: keys are ``STEP/MODULE``, and ``STEP/places`` (rows, 2)."""
    from safetensors import safe_open

    steps: dict[int, TappedStep] = {}
    with safe_open(path, "pt") as file:
        # A layer's parts return before the layer does; a file sorts its names.
        ordered = json.loads((file.metadata() or {}).get("order", "[]"))
        for key in ordered or file.keys():
            number, _, name = key.partition("/")
            step = steps.setdefault(int(number), TappedStep())
            tensor = file.get_tensor(key)
            if name == "places":
                step.places = [(int(r), int(p)) for r, p in tensor.tolist()]
            else:
                step.outputs[name] = tensor
    return steps
