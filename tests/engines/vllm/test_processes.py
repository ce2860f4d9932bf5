"""Modes that need a process of their own: compiled, and an engine that lives in a third one."""

from collections import Counter

from conformance.generation.setup import ProcessSetup

from .conftest import LOCKSTEP

WITHIN = 1e-4


def test_lockstep_and_the_router_reach_the_process_that_vllm_starts(engine):
    variables = {"VLLM_ENABLE_V1_MULTIPROCESSING": "1"}
    setup = ProcessSetup("vllm", triton=True, environment=variables)
    asked = engine("gemma4", setup, "vllm-triton")
    answer = asked.generate(new_tokens=4)
    assert asked.off(answer) < WITHIN
    found = Counter({c.name: 0 for c in answer.calls})
    for each in answer.calls:
        found[each.name] += each.count
    owed = asked.started().layers * len(answer.steps)
    assert found["router:vllm-triton"] == found["gemma4._gemma4_routing_kernel"] == owed
    asked.engines.forget(setup)


def test_a_compiled_model_launches_what_the_operator_holds(engine):
    setup = ProcessSetup(LOCKSTEP.kind, triton=True, compiled=True)
    asked = engine("gemma4", setup, "operator")
    answer = asked.generate(new_tokens=4)
    assert asked.off(answer) < WITHIN
    owed = asked.started().layers * len(answer.steps)
    names = ("router:operator", "triton_route._route_kernel")
    for name in names:
        assert sum(c.count for c in answer.calls if c.name == name) == owed
    caches = {key.partition(":")[0] for key in asked.started().compile_keys}
    assert caches >= {"vllm", "autograd"}
    asked.engines.forget(setup)
