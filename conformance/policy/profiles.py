"""How thoroughly a run asks: profiles, read from the data that ships with the suite."""

import tomllib
from importlib.resources import files

from conformance.events.request import Profile


def profiles() -> dict[str, Profile]:
    """Every profile by name."""
    text = files("conformance_fixtures").joinpath("profiles.toml").read_text()
    return {
        name: Profile(name=name, **{**values, "checks": tuple(values.get("checks", ()))})
        for name, values in tomllib.loads(text).items()
    }


def profile(name: str) -> Profile:
    """The profile called ``name``. Raises ``ValueError`` naming the known ones."""
    known = profiles()
    if name not in known:
        raise ValueError(f"no profile {name!r}; known: {', '.join(known)}")
    return known[name]
