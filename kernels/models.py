"""Sizes of released models that serve with such operators, each with where it stands.

The figures are those of a model's ``config.json`` on huggingface.co. Where that is not read itself,
``source`` says who records it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from conformance.contract import ReleasedShape

LITGPT = "config.json on huggingface.co, as litgpt/config.py of litgpt 0.5.13 records it"
TRANSFORMERS = "the defaults of its configuration class in transformers 5.24.0"
MAXTEXT = "config.json on huggingface.co, as AI-Hypercomputer/maxtext records it in configs/models"
TENSORRT = "config.json on huggingface.co, as NVIDIA/TensorRT-LLM's tests of exaone4 record it"
SWIFT = "config.json on huggingface.co, as a log of ms-swift prints it"
SLIME = "scripts/models/glm4.7-30B-A3B.sh of THUDM/slime"


@dataclass(frozen=True)
class Dense:
    """Attention and the dense part of a model: ``heads`` of queries, ``shared`` of keys."""

    model: str
    hidden: int
    intermediate: int
    heads: int
    shared: int
    head_size: int
    source: str = LITGPT


@dataclass(frozen=True)
class Experts:
    """The experts of a model, how many of them a token gets, and their intermediate size."""

    model: str
    experts: int
    chosen: int
    intermediate: int
    source: str = MAXTEXT


DENSE = (
    Dense("Qwen/Qwen3-0.6B", 1024, 3072, 16, 8, 128),
    Dense("Qwen/Qwen3-1.7B", 2048, 6144, 16, 8, 128),
    Dense("Qwen/Qwen3-4B", 2560, 9728, 32, 8, 128),
    Dense("Qwen/Qwen3-8B", 4096, 12288, 32, 8, 128),
    Dense("Qwen/Qwen3-14B", 5120, 17408, 40, 8, 128),
    Dense("Qwen/Qwen3-32B", 5120, 25600, 64, 8, 128),
    Dense("Qwen/Qwen3-30B-A3B", 2048, 6144, 32, 4, 128),
    Dense("Qwen/Qwen3-235B-A22B", 4096, 12288, 64, 4, 128),
    Dense("Qwen/Qwen3-Coder-480B-A35B-Instruct", 6144, 2560, 96, 8, 128, MAXTEXT),
    Dense("Qwen/Qwen3-Next-80B-A3B-Instruct", 2048, 512, 16, 2, 256, MAXTEXT),
    Dense("Qwen/Qwen2.5-0.5B", 896, 4864, 14, 2, 64),
    Dense("Qwen/Qwen2.5-1.5B", 1536, 8960, 12, 2, 128),
    Dense("Qwen/Qwen2.5-3B", 2048, 11008, 16, 2, 128),
    Dense("Qwen/Qwen2.5-7B", 3584, 18944, 28, 4, 128),
    Dense("Qwen/Qwen2.5-14B", 5120, 13824, 40, 8, 128),
    Dense("Qwen/Qwen2.5-32B", 5120, 27648, 40, 8, 128),
    Dense("Qwen/Qwen2.5-72B", 8192, 29568, 64, 8, 128),
    Dense("meta-llama/Llama-2-7b-hf", 4096, 11008, 32, 32, 128),
    Dense("meta-llama/Llama-2-13b-hf", 5120, 13824, 40, 40, 128),
    Dense("meta-llama/Llama-3.2-1B", 2048, 8192, 32, 8, 64),
    Dense("meta-llama/Llama-3.2-3B", 3072, 8192, 24, 8, 128),
    Dense("meta-llama/Meta-Llama-3-8B", 4096, 14336, 32, 8, 128),
    Dense("meta-llama/Meta-Llama-3-70B", 8192, 28672, 64, 8, 128),
    Dense("meta-llama/Llama-3.1-405B", 16384, 53248, 128, 8, 128),
    Dense("meta-llama/Llama-4-Maverick-17B-128E", 5120, 16384, 40, 8, 128, MAXTEXT),
    Dense("mistralai/Mistral-7B-v0.1", 4096, 14336, 32, 8, 128, MAXTEXT),
    Dense("mistralai/Mixtral-8x22B-v0.1", 6144, 16384, 48, 8, 128),
    Dense("mistralai/Mistral-Large-Instruct-2407", 12288, 28672, 96, 8, 128),
    Dense("google/gemma-2b", 2048, 16384, 8, 1, 256),
    Dense("google/gemma-7b", 3072, 24576, 16, 16, 256),
    Dense("google/gemma-2-2b", 2304, 9216, 8, 4, 256),
    Dense("google/gemma-2-9b", 3584, 14336, 16, 8, 256),
    Dense("google/gemma-2-27b", 4608, 36864, 32, 16, 128),
    Dense("google/gemma-3-1b-it", 1152, 6912, 4, 1, 256),
    Dense("google/gemma-3-4b-it", 2560, 10240, 8, 4, 256),
    Dense("google/gemma-3-12b-it", 3840, 15360, 16, 8, 256),
    Dense("google/gemma-3-27b-it", 5376, 21504, 32, 16, 128),
    Dense("google/gemma-4-26B-A4B (sliding layers)", 2816, 2112, 16, 8, 256, MAXTEXT),
    Dense("google/gemma-4-31B (sliding layers)", 5376, 21504, 32, 16, 256, MAXTEXT),
    Dense("microsoft/Phi-3-mini-4k-instruct", 3072, 8192, 32, 32, 96),
    Dense("microsoft/phi-4", 5120, 17920, 40, 10, 128),
    Dense("openai/gpt-oss-120b", 2880, 2880, 64, 8, 64, MAXTEXT),
    Dense("LGAI-EXAONE/EXAONE-4.0-32B", 5120, 27392, 40, 8, 128, TENSORRT),
    Dense("zai-org/GLM-4.5-Air", 4096, 10944, 96, 8, 128, SWIFT),
    Dense("tiiuae/Falcon3-7B-Base", 3072, 23040, 12, 4, 256),
    Dense("HuggingFaceTB/SmolLM2-135M", 576, 1536, 9, 3, 64),
    Dense("HuggingFaceTB/SmolLM2-360M", 960, 2560, 15, 5, 64),
    Dense("TinyLlama/TinyLlama-1.1B", 2048, 5632, 32, 4, 64),
)

EXPERTS = (
    Experts("google/gemma-4-26B-A4B", 128, 8, 704),
    Experts("mistralai/Mixtral-8x7B-v0.1", 8, 2, 14336, LITGPT),
    Experts("microsoft/Phi-3.5-MoE-instruct", 16, 2, 6400, TRANSFORMERS),
    Experts("Qwen/Qwen1.5-MoE-A2.7B", 60, 4, 1408),
    Experts("Qwen/Qwen3-30B-A3B", 128, 8, 768, LITGPT),
    Experts("Qwen/Qwen3-235B-A22B", 128, 8, 1536, LITGPT),
    Experts("Qwen/Qwen3-Coder-480B-A35B-Instruct", 160, 8, 2560),
    Experts("Qwen/Qwen3-Next-80B-A3B-Instruct", 512, 10, 512),
    Experts("allenai/OLMoE-1B-7B-0924", 64, 8, 1024, TRANSFORMERS),
    Experts("openai/gpt-oss-20b", 32, 4, 2880),
    Experts("openai/gpt-oss-120b", 128, 4, 2880),
    Experts("meta-llama/Llama-4-Scout-17B-16E", 16, 1, 8192),
    Experts("meta-llama/Llama-4-Maverick-17B-128E", 128, 1, 8192),
    Experts("deepseek-ai/DeepSeek-V2-Lite", 64, 6, 1408),
    Experts("deepseek-ai/DeepSeek-V2", 160, 6, 1536),
    Experts("deepseek-ai/DeepSeek-V3", 256, 8, 2048),
    Experts("moonshotai/Kimi-K2-Instruct", 384, 8, 2048),
    Experts("zai-org/GLM-4.5-Air", 128, 8, 1408, SWIFT),
    Experts("zai-org/GLM-4.7-Flash", 64, 4, 1536, SLIME),
    Experts("skt/A.X-K1", 192, 8, 2048, TRANSFORMERS),
    Experts("stepfun-ai/Step-3.7-Flash", 288, 8, 1280, TRANSFORMERS),
    Experts("inclusionAI/Ling-3.0-Flash", 512, 8, 768, TRANSFORMERS),
)


def shapes_of_experts(experts: str, chosen: str) -> tuple[ReleasedShape, ...]:
    """Experts and top-K of each model, for a contract whose axes have these names."""
    return tuple(
        ReleasedShape(m.model, {experts: m.experts, chosen: m.chosen}, m.source) for m in EXPERTS
    )


def shapes_of_heads(shared: str, size: str, groups: str | None = None) -> tuple[ReleasedShape, ...]:
    """Heads of keys, head size and, where ``groups`` is an axis, query heads to a head of keys."""

    def axes(model: Dense) -> dict[str, int]:
        named = {shared: model.shared, size: model.head_size}
        return named | ({groups: model.heads // model.shared} if groups else {})

    return tuple(ReleasedShape(m.model, axes(m), m.source) for m in DENSE)


def shapes_of_query_heads(heads: str, size: str) -> tuple[ReleasedShape, ...]:
    """Query heads and head size of each model."""
    return tuple(
        ReleasedShape(m.model, {heads: m.heads, size: m.head_size}, m.source) for m in DENSE
    )


def shapes_of_rows(axis: str, *, hidden: bool, intermediate: bool) -> tuple[ReleasedShape, ...]:
    """Lengths of the rows that go through a layer: hidden sizes, intermediate sizes, or both."""
    return tuple(_rows(axis, hidden, intermediate))


def _rows(axis: str, hidden: bool, intermediate: bool) -> Iterator[ReleasedShape]:
    sizes: list[tuple[str, str, Iterable[int]]] = [
        (m.model, m.source, (m.hidden,) * hidden + (m.intermediate,) * intermediate) for m in DENSE
    ]
    sizes += [(m.model, m.source, (m.intermediate,) * intermediate) for m in EXPERTS]
    for model, source, lengths in sizes:
        for length in lengths:
            yield ReleasedShape(model, {axis: length}, source)
