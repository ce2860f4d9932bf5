"""What a check has to say against a subject."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: what was asked, what came and what is owed."""

    about: str
    """The output, argument or property concerned."""
    message: str
    got: str = ""
    wanted: str = ""
    where: str = ""
    """The element, or the place in the kernel's source, if known."""

    def as_dict(self) -> dict[str, str]:
        return {key: value for key, value in vars(self).items() if value}


def shorten(values, limit: int = 8) -> str:
    """A list of numbers on one short line."""
    items = [f"{v:.9g}" if isinstance(v, float) else str(v) for v in values[:limit]]
    rest = f", … {len(values) - limit} more" if len(values) > limit else ""
    return "[" + ", ".join(items) + rest + "]"
