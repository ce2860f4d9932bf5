"""From a recipe to a folder that Hugging Face and engines load."""

from pathlib import Path
from typing import Any

import torch

from conformance.generation.models.installed import quiet, transformers
from conformance.generation.models.recipe import Recipe
from conformance.generation.models.tokenizer import save_tokenizer
from conformance.generation.models.weights import drawn

BUILDER = 1
"""Changes with anything in this file or beside it that changes a checkpoint."""


def build(recipe: Recipe, folder: Path) -> None:
    """Write configuration, weights (safetensors), tokenizer and generation configuration.

    The same recipe gives the same weights bit for bit. Raises ``ValueError`` for a recipe that
    leaves a parameter out.
    """
    model = _model(recipe)
    with torch.no_grad():
        state = model.state_dict()
        for name, tensor in state.items():
            how = recipe.drawn(name)
            numbers = drawn(recipe.seed, name, tuple(tensor.shape))
            tensor.copy_(how.mean + how.deviation * numbers)
    folder.mkdir(parents=True, exist_ok=True)
    with quiet():
        model.save_pretrained(folder)
    model.generation_config.save_pretrained(folder)
    save_tokenizer(folder)


def _model(recipe: Recipe) -> Any:
    library = transformers()
    settings = {**recipe.config}
    kind = settings.pop("model_type")
    config = library.AutoConfig.for_model(kind, **settings)
    dtype = getattr(torch, recipe.dtype)
    # Initial weights are all replaced; what the library draws for them must disturb nobody.
    with torch.random.fork_rng(devices=()):
        model = library.AutoModelForCausalLM.from_config(config, dtype=dtype)
    return model.eval()
