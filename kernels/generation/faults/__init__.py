"""Engines that go wrong on purpose, to try the checks of generation on.

`FAULTS` holds the wrong ones by id, `VARIATIONS` right ones that a careless check flags. Each is a
function that changes vLLM, or its plugin, in the engine's process:

    conformance check generate_gemma4 --router vllm-triton \\
        --patch conformance_kernels.generation.faults:FAULTS[experts-reversed].plant

No engine's package is imported here.
"""

from . import batches, blocks, chunks, compiled, routers, vendor
from .planted import Fault, Variation, restore
from .right import VARIATIONS as _RIGHT

FAULTS: dict[str, Fault] = {
    fault.id: fault
    for module in (routers, batches, chunks, blocks, compiled, vendor)
    for fault in module.FAULTS
}
"""Faults by id."""

VARIATIONS: dict[str, Variation] = {variation.id: variation for variation in _RIGHT}
"""Right variations by id."""

SEAM = "conformance_kernels.generation.faults:planted"
_now = [""]


def planted(word: str) -> None:
    """Have the engine's package as ``word`` says, an id of the above; as it was for "".

    A seam of engines: so engines with other faults live in one process.
    """
    if word == _now[0]:
        return
    restore()
    _now[0] = word
    if word:
        {**FAULTS, **VARIATIONS}[word].plant()
