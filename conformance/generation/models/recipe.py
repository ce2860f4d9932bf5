"""Recipes of tiny models: data that ships with the suite and gives the same bits everywhere."""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from importlib.resources import files
from typing import Any

from conformance.policy.nearest import did_you_mean


@dataclass(frozen=True)
class Weights:
    """How the parameters and buffers are drawn whose name fits the pattern ``names``."""

    names: str
    mean: float
    deviation: float


@dataclass(frozen=True)
class Margins:
    """Over which prompts a model must be decided, and by how much.

    ``prompts`` are drawn; for each, ``new_tokens`` are chosen greedily. ``token`` is what must lie
    between the best two logits, ``router`` between the scores of the last expert that is selected
    and the first that is not. ``least_token`` and ``least_router`` are what was measured.
    """

    prompts: int
    new_tokens: int
    token: float
    least_token: float
    router: float = 0.0
    least_router: float = 0.0


@dataclass(frozen=True)
class Recipe:
    """A tiny model: ``config`` is what ``AutoConfig.for_model`` is called with."""

    name: str
    about: str
    seed: int
    dtype: str
    config: Mapping[str, Any]
    weights: tuple[Weights, ...]
    margins: Margins

    def drawn(self, parameter: str) -> Weights:
        """How a parameter is drawn. Raises ``ValueError`` for one that no pattern fits."""
        for weights in self.weights:
            if fnmatchcase(parameter, weights.names):
                return weights
        raise ValueError(f"the recipe {self.name} does not say how {parameter} is drawn")

    @property
    def hash(self) -> str:
        """Of all that decides about the bits of the model, in hexadecimal digits."""
        weights = [[each.names, each.mean, each.deviation] for each in self.weights]
        decides = [self.seed, self.dtype, self.config, weights]
        return hashlib.sha256(json.dumps(decides, sort_keys=True).encode()).hexdigest()


def recipe_names() -> tuple[str, ...]:
    """The names of all recipes, sorted."""
    found = files("conformance_fixtures").joinpath("models").iterdir()
    return tuple(sorted(each.name[:-5] for each in found if each.name.endswith(".toml")))


def recipe(name: str) -> Recipe:
    """The recipe called ``name``. Raises ``ValueError`` naming the known ones and the nearest."""
    known = recipe_names()
    if name not in known:
        hint = did_you_mean(name, known)
        raise ValueError(f"no recipe {name!r}; known: {', '.join(known)}{hint}")
    place = files("conformance_fixtures").joinpath("models", f"{name}.toml")
    return read_recipe(name, place.read_text(encoding="utf-8"))


def read_recipe(name: str, text: str) -> Recipe:
    """A recipe from its TOML. Raises ``ValueError`` for a text that is no recipe."""
    try:
        data = tomllib.loads(text)
        weights = tuple(Weights(**each) for each in data.pop("weights"))
        margins = Margins(**data.pop("margins"))
        return Recipe(name=name, weights=weights, margins=margins, **data)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{name} is no recipe of a model: {error}") from error
