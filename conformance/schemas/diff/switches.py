"""What became of the environment variables that choose between implementations."""

from collections.abc import Iterator, Sequence

from conformance.schemas.diff.change import Change, Kind
from conformance.schemas.diff.renaming import matched
from conformance.schemas.lock import Switch


def switches_changes(old: Sequence[Switch], new: Sequence[Switch]) -> Iterator[Change]:
    """The changes of all switches."""
    found = matched(old, new, lambda switch: switch.name, _could_be)
    for switch in found.removed:
        yield Change("switch-removed", Kind.SWITCH, switch.name, "", _shown(switch))
    for switch in found.added:
        yield Change("switch-added", Kind.SWITCH, switch.name, "", "", _shown(switch))
    for before, after in found.both:
        if before.name != after.name:
            yield Change("switch-renamed", Kind.SWITCH, before.name, "", before.name, after.name)
        if before.default != after.default:
            texts = _shown(before), _shown(after)
            yield Change("switch-default-changed", Kind.SWITCH, before.name, "", *texts)


def _shown(switch: Switch) -> str:
    return "unset by default" if switch.default is None else f"{switch.default} by default"


def _could_be(old: Switch, new: Switch) -> int:
    """Names of which the words are mostly the same, with one default."""
    one, other = set(old.name.split("_")), set(new.name.split("_"))
    alike = len(one & other) * 2 > max(len(one), len(other))
    return 1 if alike and old.default == new.default else 0
