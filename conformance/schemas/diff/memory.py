"""What became of the memory that arguments and results share."""

import re
from collections.abc import Iterator, Sequence

from conformance.schemas.diff.change import Change, Kind
from conformance.schemas.diff.pairing import Paired
from conformance.schemas.schema import Argument, Result, Schema
from conformance.schemas.text import argument_text, result_text

_LETTER = re.compile(r"[a-z]\d*")


def memory_changes(old: Schema, new: Schema, paired: Paired) -> Iterator[Change]:
    """The changes of annotations, but for what is written or no longer.

    Letters say nothing by themselves. They are given anew, in the order of what both have.
    """
    same_results = len(old.results) == len(new.results)
    results = list(zip(old.results, new.results, strict=True)) if same_results else []
    both: list[tuple[Argument | Result, Argument | Result]] = [*paired.both, *results]
    before = _lettered([each.alias for each, _ in both])
    after = _lettered([each.alias for _, each in both])
    name = old.full_name
    relettered = False
    for (one, other), was, becomes in zip(both, before, after, strict=True):
        if isinstance(one, Argument) and isinstance(other, Argument):
            if was != becomes and one.writes == other.writes:
                texts = argument_text(one), argument_text(other)
                yield Change("alias-changed", Kind.OPERATOR, name, one.name, *texts)
        elif was != becomes or one.writes != other.writes:
            assert isinstance(one, Result) and isinstance(other, Result)
            texts = result_text(one), result_text(other)
            yield Change("result-alias-changed", Kind.OPERATOR, name, one.name, *texts)
        relettered = relettered or (was == becomes and one.alias != other.alias)
    if relettered:
        texts = _letters([each for each, _ in both]), _letters([each for _, each in both])
        yield Change("memory-relettered", Kind.OPERATOR, name, "", *texts)


def _lettered(aliases: Sequence[str | None]) -> list[str | None]:
    given: dict[str, str] = {}

    def letter(match: re.Match[str]) -> str:
        return given.setdefault(match.group(), f"a{len(given)}")

    def sorted_sets(text: str) -> str:
        return " ".join("|".join(sorted(part.split("|"))) for part in text.split(" "))

    return [alias and sorted_sets(_LETTER.sub(letter, alias)) for alias in aliases]


def _letters(places: Sequence[Argument | Result]) -> str:
    return ", ".join(f"({place.alias})" for place in places if place.alias)
