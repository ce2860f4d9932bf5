"""What an installed vLLM needs so that it keeps its Triton kernels on a machine without a GPU."""

import os
from types import SimpleNamespace


def prepare() -> None:
    """Make vLLM's CPU build define its Triton kernels; call before vLLM is imported.

    That build replaces `triton` by a placeholder unless Triton has a backend named "cpu"
    (`vllm/triton_utils/importing.py`). Where a GPU or such a backend exists nothing changes.
    """
    from triton.backends import backends

    from conformance.lockstep.launch.driver import EmulatedBackend, EmulatedDriver

    os.environ.setdefault("VLLM_NO_USAGE_STATS", "1")
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    active = [name for name, backend in backends.items() if backend.driver.is_active()]
    if not active:
        backends["cpu"] = SimpleNamespace(driver=EmulatedDriver, compiler=EmulatedBackend)
