"""What checks learn on the way that is worth saying and decides nothing."""


class Remarks:
    """One sentence for each thing that is remarked: of several, the one with the highest rank."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[float, str]] = {}

    def note(self, about: str, sentence: str, rank: float = 0.0) -> None:
        """Keep a sentence about something, unless one of a higher rank is kept."""
        if about not in self._kept or self._kept[about][0] < rank:
            self._kept[about] = rank, sentence

    def take(self) -> list[str]:
        """The sentences so far, which are forgotten."""
        kept, self._kept = self._kept, {}
        return [sentence for _, sentence in kept.values()]
