"""Where a wrong answer starts: the request, the step, the layer and its part, and what ran there.

The case is asked once more with the outputs of layers kept, and these are compared with those of
the oracle, position by position. The first one that differs by more than rounding is named.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
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
    names = [argument.name for argument in bench.contract.arguments]
    given = dict(zip(names, trial.originals, strict=True))
    lengths = given["lengths"].tolist()
    prompts = [row[:n] for row, n in zip(given["prompts"].tolist(), lengths, strict=True)]
    tokens = trial.outputs["tokens"].tolist()
    return first_difference(told, prompts, tokens, layers_of)


def first_difference(
    told: Told, prompts: Sequence[Sequence[int]], tokens: Sequence[Sequence[int]], layers_of: Any
) -> str:
    """Where outputs of layers first leave the oracle's, as a sentence; empty if they do not."""
    taps = read_taps(told.taps)
    owed: dict[int, Mapping[str, torch.Tensor]] = {}
    for number in sorted(taps):
        step = taps[number]
        for name, values in step.outputs.items():
            for row, (request, position) in enumerate(step.places):
                if request not in owed:
                    owed[request] = layers_of(prompts[request], tokens[request])
                wanted = owed[request].get(name)
                if wanted is None or position >= wanted.shape[0]:
                    continue
                got, right = values[row].double(), wanted[position].double()
                if got.shape != right.shape:
                    continue
                off = (got - right).abs().max()
                if not bool(off <= CLOSE * right.abs().max().clamp(min=1e-6)):
                    return _sentence(told, number, name, request, position, float(off))
    return ""


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
