"""Variables of a process with vLLM, and where it keeps what it computes once."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import entry_points

from conformance.generation.setup import EngineSetup, ProcessSetup
from conformance.policy.cache_folder import cache_root

SETUP_VARIABLE = "CONFORMANCE_ENGINE_PROCESS"
"""The :class:`ProcessSetup` as JSON, for processes that vLLM starts."""
ENGINE_VARIABLE = "CONFORMANCE_ENGINE"
"""The :class:`EngineSetup` as JSON, likewise."""
OUR_PLUGIN = "conformance_lockstep"
"""The entry point in ``conformance/generation/hooks``."""
RUNNER_VARIABLE = "VLLM_USE_V2_MODEL_RUNNER"

_ALWAYS = {
    # Nothing is fetched and nothing is reported to anybody.
    "HF_HUB_OFFLINE": "1",
    "VLLM_NO_USAGE_STATS": "1",
    "DO_NOT_TRACK": "1",
    # Counts and memory are readable in the process.
    "VLLM_ENABLE_V1_MULTIPROCESSING": "0",
    # Binding threads to cores is 15 to 20 times slower on cores that others use as well.
    "OMP_NUM_THREADS": "1",
    "VLLM_CPU_OMP_THREADS_BIND": "nobind",
    "VLLM_LOGGING_COLOR": "0",
}


def variables(setup: ProcessSetup) -> Mapping[str, str]:
    """What a process is started with, besides the setup's own variables."""
    found = {
        **_ALWAYS,
        "VLLM_CACHE_ROOT": str(cache_root() / "engines" / "vllm"),
        "TORCHINDUCTOR_CACHE_DIR": str(cache_root() / "engines" / "inductor"),
        SETUP_VARIABLE: json.dumps(setup.as_dict()),
    }
    if not setup.compiled:
        # vLLM compiles a helper for log probabilities even in eager mode, which takes 11 to 27 s.
        found["TORCH_COMPILE_DISABLE"] = "1"
    if (plugins := _without_platforms()) is not None:
        found["VLLM_PLUGINS"] = plugins
    return found


def _without_platforms() -> str | None:
    """The plugins that belong to no other platform, where such a platform is installed.

    vLLM alone is meant, and a platform that is found is used. None: there is no such platform.
    """
    platforms = entry_points(group="vllm.platform_plugins")
    if not platforms:
        return None
    foreign = {point.dist.name for point in platforms if point.dist is not None}
    others = [
        point.name
        for point in entry_points(group="vllm.general_plugins")
        if point.dist is not None and point.dist.name not in foreign
    ]
    return ",".join([*dict.fromkeys(others), OUR_PLUGIN])


@contextmanager
def engine_variables(setup: ProcessSetup, engine: EngineSetup) -> Iterator[None]:
    """While open, this process has the variables of one of its engines.

    vLLM asks for its model runner's release by a variable, when an engine starts and whenever a
    request comes; it keeps what variables were when an engine was started. A setup that names that
    variable decides.
    """
    own = {ENGINE_VARIABLE: json.dumps(engine.as_dict())}
    if RUNNER_VARIABLE not in setup.environment:
        own[RUNNER_VARIABLE] = str(int(engine.runner == "v2"))
    before = {name: os.environ.get(name) for name in own}
    os.environ.update(own)
    _read_again()
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _read_again() -> None:
    from vllm import envs

    if hasattr(envs, "disable_envs_cache"):
        envs.disable_envs_cache()
