"""What is assumed on one path through a function: how its tests came out."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Assumption:
    """A test, as a canonical text, and how it came out."""

    text: str
    truth: bool
    equal: tuple[str, str] | None = None
    """For `x == constant`: the texts of both sides."""

    def __str__(self) -> str:
        return self.text if self.truth else f"not ({self.text})"


@dataclass(frozen=True)
class Assumptions:
    """The tests on a path so far. Tests with the same canonical text have the same outcome."""

    known: Mapping[str, Assumption] = field(default_factory=dict)
    """Each assumption by its text."""

    def truth(self, assumption: Assumption) -> bool | None:
        """The outcome of a test, if the assumptions decide it; otherwise None."""
        if found := self.known.get(assumption.text):
            return found.truth
        for other in self.known.values():
            if assumption.equal and other.equal and other.truth:
                same, value = zip(assumption.equal, other.equal, strict=True)
                if same[0] == same[1] and value[0] != value[1]:
                    return False
        return None

    def assume(self, assumption: Assumption) -> "Assumptions":
        """These assumptions and one more."""
        return Assumptions({**self.known, assumption.text: assumption})

    def forget(self, name: str) -> "Assumptions":
        """Drops the assumptions about `name`, which was unresolved and is reassigned here.

        Assumptions about a resolved name are kept: their texts hold its value, not the name.
        """
        kept = {text: a for text, a in self.known.items() if f"<{name}>" not in text}
        return self if len(kept) == len(self.known) else Assumptions(kept)

    def texts(self) -> tuple[str, ...]:
        """The assumptions as texts, in the order in which they were made."""
        return tuple(str(assumption) for assumption in self.known.values())

    def condition(self) -> str:
        """All assumptions as one text; `always` if there are none."""
        return " and ".join(self.texts()) or "always"
