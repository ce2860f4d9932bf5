"""What comes of a call of an engine: its answer, what it raised, or its end."""

import pytest

from conformance.events.verdict import NotSupported
from conformance.execution.bench import Bench
from conformance.generation.client import EngineRaised
from conformance.generation.device import NO_DRIVER, EngineDevice
from conformance.generation.wire import Raised
from conformance.inputs.usual import usual_case

from .mini.operator import OPERATOR


def raising(kind: str, message: str):
    def generate(*arguments: object) -> None:
        raise EngineRaised(Raised(kind, message, "engine.py:7", ""))

    return generate


def trial(function):
    bench = Bench(OPERATOR.contract, function, EngineDevice("nowhere"))
    return bench.run(usual_case(OPERATOR.contract, "tokens"))


def test_what_an_engine_raises_is_a_finding_with_its_place():
    (finding,) = trial(raising("builtins.IndexError", "9 is too large")).findings()
    assert finding.got == "IndexError: 9 is too large (engine.py:7)"


def test_a_message_about_a_setting_is_a_refusal():
    assert trial(raising("pydantic.ValidationError", "no such field")).outcome.raised.is_refusal
    assert not trial(raising("builtins.IndexError", "9")).outcome.raised.is_refusal


def test_a_kernel_that_a_compiler_traced_and_no_gpu_compiles_is_not_supported_here():
    raised = raising("torch._inductor.exc.InductorError", f"RuntimeError: {NO_DRIVER} ([])")
    with pytest.raises(NotSupported, match=NO_DRIVER):
        trial(raised).findings()
