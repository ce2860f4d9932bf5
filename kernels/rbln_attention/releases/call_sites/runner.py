"""The block table that the model runner passes to the builder of the metadata.

The backend of 0.10.0 for vLLM's first engine passes it on unchanged, so that only the runner's file
shows how many dimensions it has.
"""

import ast
from collections.abc import Iterator

from conformance.sources.calls.constructions import read_constructions
from conformance.sources.paths.assumptions import Assumptions
from conformance.sources.paths.results import items_of_results
from conformance.sources.reading.schema import parameters_of
from conformance.sources.reading.source import Source, Sources
from conformance.sources.values.arguments import bind
from conformance.sources.values.value import Value

from .meanings import BLOCK_IDS

RUNNER = "vllm_rbln/worker/model_runner.py"
_BUILD = "self.attn_metadata_builder.build"


def block_ids(sources: Sources, backend: Source) -> Iterator[tuple[Value, Assumptions, str]]:
    """What the runner passes for the parameter `BLOCK_IDS` of a backend's builder.

    Yields the value, what is assumed, and the place, `file:line`. Yields nothing if the runner is
    not among the files, or if the builder has no such parameter.
    """
    runner = next((source for source in sources.files if source.path == RUNNER), None)
    builders = backend.methods.get("build", [])
    if runner is None or len(builders) != 1:
        return
    parameters = parameters_of(builders[0])[1:]
    sites, _ = read_constructions(runner, _is_build)
    for site in sites:
        for parameter, argument in bind(parameters, site.arguments).pairs:
            if parameter.name == BLOCK_IDS:
                for value in items_of_results(argument.value):
                    yield value, site.assumptions, site.place


def _is_build(call: ast.Call) -> bool:
    return ast.unparse(call.func) == _BUILD
