"""What became of the promises of a fake kernel."""

import re
from collections.abc import Iterator, Mapping

from conformance.schemas.diff.change import Change, Kind
from conformance.schemas.lock import LockedOperator
from conformance.schemas.schema import FakeResult

_WORD = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")


def fake_changes(
    old: LockedOperator, new: LockedOperator, renamed: Mapping[str, str]
) -> Iterator[Change]:
    """The changes. ``renamed`` gives new names of arguments by old ones."""
    name = old.schema.full_name
    if old.fake is None or new.fake is None:
        if old.fake != new.fake:
            rule = "fake-lost" if new.fake is None else "fake-added"
            yield Change(rule, Kind.OPERATOR, name, "", _all(old), _all(new))
        return
    if len(old.fake) != len(new.fake):
        if len(old.schema.results) == len(new.schema.results):
            yield Change("fake-shape-changed", Kind.OPERATOR, name, "", _all(old), _all(new))
        return
    for number, (before, after) in enumerate(zip(old.fake, new.fake, strict=True)):
        for what in ("shape", "dtype", "strides"):
            was, becomes = _said(before, what, renamed), _said(after, what, {})
            rule = _rule(what, was, becomes)
            if rule:
                texts = was or "", becomes or ""
                yield Change(rule, Kind.OPERATOR, name, f"result {number}", *texts)


def _rule(what: str, was: str | None, becomes: str | None) -> str:
    if was == becomes:
        return ""
    if was is None or becomes is None:
        return "fake-promises-more" if was is None else "fake-promises-less"
    return f"fake-{what}-changed"


def _said(result: FakeResult, what: str, renamed: Mapping[str, str]) -> str | None:
    if what == "shape":
        said = None if result.shape is None else f"shape ({', '.join(result.shape)})"
    else:
        value = result.dtype if what == "dtype" else result.strides
        said = None if value is None else f"{what} {value}"
    return said and _WORD.sub(lambda match: renamed.get(match.group(), match.group()), said)


def _all(operator: LockedOperator) -> str:
    if operator.fake is None:
        return ""
    said = [[_said(result, what, {}) for what in ("shape", "dtype")] for result in operator.fake]
    return "; ".join(", ".join(filter(None, each)) or "something" for each in said) or "nothing"
