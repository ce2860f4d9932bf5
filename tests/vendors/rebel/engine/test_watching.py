"""Kernels of an engine are counted where they run, and what they violate is kept for the order."""

import torch

from conformance.generation.setup import Step
from conformance.generation.where import WHERE
from conformance.vendors.rebel.engine.watching import EngineSession

from ..kernels import scale, values


def scale_into(rows: int) -> None:
    """Have 3 rows of memory written as if there were `rows`."""
    scale.warmup(values(4, 2), torch.zeros(3, 2), 2.0, rows, 2)


def test_calls_and_violations_have_a_phase_a_layer_and_a_step():
    WHERE.clear()
    with EngineSession() as session:
        for phase in ("prefill", "decode", "decode"):
            WHERE.begin(Step(phase, {0: 1}))
            for layer in (0, 1):
                WHERE.layer = layer
                scale_into(3 if phase == "prefill" else 4)
            WHERE.end()
    name = f"{scale.__module__.rpartition('.')[2]}.scale"
    assert [(c.name, c.phase, c.layer, c.count) for c in WHERE.calls()] == [
        (name, "prefill", 0, 1),
        (name, "prefill", 1, 1),
        (name, "decode", 0, 2),
        (name, "decode", 1, 2),
    ]
    found = session.take()
    written = [each for each in found if each["kind"] == "out-of-bounds write"]
    assert [(v["phase"], v["layer"], v["step"]) for v in written] == [("decode", 0, 1)]
    assert written[0]["kernel"] == "scale" and written[0]["argument"] == "target"
    assert session.take() == ()


def test_launches_are_not_kept():
    with EngineSession() as session:
        scale_into(3)
    assert session.launch_count == 0
