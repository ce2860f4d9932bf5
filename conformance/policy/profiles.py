"""How thoroughly a run asks: profiles, read from the data that ships with the suite."""

import tomllib
from importlib.resources import files
from typing import Any

from conformance.events.request import Profile
from conformance.policy.nearest import did_you_mean


def profiles() -> dict[str, Profile]:
    """Every profile by name."""
    text = files("conformance_fixtures").joinpath("profiles.toml").read_text(encoding="utf-8")
    return {name: _profile(name, values) for name, values in tomllib.loads(text).items()}


def _profile(name: str, values: dict[str, Any]) -> Profile:
    listed = {key: tuple(value) for key, value in values.items() if isinstance(value, list)}
    return Profile(name=name, **{**values, **listed})


def profile(name: str) -> Profile:
    """The profile called ``name``. Raises ``ValueError`` naming the known ones and the nearest."""
    known = profiles()
    if name not in known:
        hint = did_you_mean(name, known)
        raise ValueError(f"no profile {name!r}; known: {', '.join(known)}{hint}")
    return known[name]
