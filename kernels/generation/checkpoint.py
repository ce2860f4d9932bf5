"""Checkpoints by name: recipes of this project, and folders of a user's own. No torch."""

import json
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from conformance.catalogue.objects import SubjectNotFound

RECIPES = ("qwen3", "gemma4", "mistral")


class SubjectUnavailable(Exception):
    """Something that generation needs is not installed; the message says what."""


def needs_transformers() -> None:
    """Raise :class:`SubjectUnavailable` where the oracle cannot run."""
    lacking = [name for name in ("transformers", "safetensors") if find_spec(name) is None]
    if lacking:
        raise SubjectUnavailable(
            f"the oracle of generation needs {' and '.join(lacking)}, not installed here: "
            "pip install 'kernel-conformance[generate]'"
        )


@lru_cache(maxsize=8)
def folder_of(name: str) -> Path:
    """The folder of a checkpoint: a recipe is built, once for all runs."""
    from conformance.generation.models.checkpoints import model_for

    return model_for(name)


def vocabulary_of(model: str) -> int:
    """How many tokens a checkpoint knows, as its ``config.json`` says.

    Raises :class:`~conformance.catalogue.objects.SubjectNotFound` for a folder without one.
    """
    path = Path(model) / "config.json"
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
        return int(config.get("text_config", config)["vocab_size"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        problem = f"no checkpoint with a vocab_size ({type(error).__name__}: {error})"
        raise SubjectNotFound(f"--model {model}: {problem}") from error
