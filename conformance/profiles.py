"""How thoroughly a run asks: profiles, read from the data that ships with the suite."""

import tomllib
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True)
class Profile:
    """A choice of effort.

    ``examples`` cases are drawn per check (times the check's effort, and less for contracts that
    can be asked more than a dozen checks); fixed cases with a tensor of more than ``largest``
    elements are left out, and counted; shrinking a failure may take ``shrink_seconds``; ``checks``
    are check ids, empty for all.
    """

    name: str
    summary: str
    examples: int
    largest: int
    shrink_seconds: float
    checks: tuple[str, ...] = ()


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
