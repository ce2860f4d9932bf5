"""An import, with everything that it did to this process."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from conformance.registrations.importing.imported import Imported, Replaced
from conformance.registrations.importing.state import changes, snapshot
from conformance.torch_dispatcher import (
    Registration,
    registered_operators,
    watched_registrations,
)

Kernels = Mapping[str, Mapping[str, str]]


@dataclass
class Log:
    """What is told while something is imported."""

    modules: list[str] = field(default_factory=list)
    missing: dict[str, str] = field(default_factory=dict)
    stood_in: set[str] = field(default_factory=set)
    execution: str = ""
    device: str = ""
    examples: str = ""
    before: Kernels = field(default_factory=dict)
    noted: list[Registration] = field(default_factory=list)
    imported: Imported | None = None


@contextmanager
def observed(text: str) -> Iterator[Log]:
    """What is imported in this block; ``imported`` of the log says what it came to, afterwards."""
    log, state = Log(), snapshot()
    log.before = registered_operators()
    with watched_registrations() as log.noted:
        yield log
    after = registered_operators()
    ours = [each for each in log.noted if not each.by_torch]
    operators = _new(log.before, after, log.noted)
    namespaces = {name.partition("::")[0] for name in operators}
    present = (name for name in log.before if name.partition("::")[0] in namespaces)
    where = {each.operator: each.where for each in ours if each.what == "define"}
    log.imported = Imported(
        text,
        operators,
        tuple(sorted(set(present) - set(operators))),
        tuple(log.modules),
        log.execution,
        tuple(sorted(log.stood_in)),
        {**log.missing, **_gone(ours, after)},
        replaced(log.before, after, ours),
        changes(state, snapshot()),
        {name: where[name] for name in operators if name in where},
        log.device,
        log.examples,
    )


def _new(before: Kernels, after: Kernels, noted: Iterable[Registration]) -> tuple[str, ...]:
    """Operators that are there now and were not, or were defined anew; none of torch's own."""
    told = {each.operator: each for each in noted if each.what == "define" and not each.refused}
    of_torch = {name for name, each in told.items() if each.by_torch}
    found = (after.keys() - before.keys() - of_torch) | (told.keys() & after.keys() - of_torch)
    return tuple(sorted(found))


def _gone(noted: Iterable[Registration], after: Kernels) -> dict[str, str]:
    return {
        each.operator: f"it was defined at {each.where}, and is gone: its Library was deleted"
        for each in noted
        if each.what == "define" and not each.refused and each.operator not in after
    }


def replaced(
    before: Kernels, after: Kernels, noted: Iterable[Registration]
) -> tuple[Replaced, ...]:
    """What was put in the place of something earlier, or was refused because of it, in order.

    Kernels of an operator that is removed and defined again are part of that replacement. What C++
    replaces is found in the tables of the dispatcher.
    """
    found: list[Replaced] = []
    owners: dict[tuple[str, str], str] = {}
    for name, kernels in before.items():
        owners[name, ""] = _first_kernel(kernels)
        owners.update({(name, key.partition("[")[0]): text for key, text in kernels.items()})
    removed: dict[str, str] = {}
    for each in noted:
        slot = (each.operator, each.key)
        if each.what == "remove":
            removed[each.operator] = owners.get((each.operator, ""), "")
            for known in [known for known in owners if known[0] == each.operator]:
                del owners[known]
            continue
        earlier = owners.get(slot) or (removed.get(each.operator) if not each.key else None)
        if earlier or each.refused or each.what == "fallback":
            what = f"kernel {each.key}" if each.key else "operator"
            found.append(Replaced(each.operator, what, earlier or "", each.where, each.refused))
        if not each.refused:
            owners[slot] = each.where
    told = {(each.operator, each.what) for each in found}
    for name in sorted(before.keys() & after.keys()):
        for key, text in before[name].items():
            now = after[name].get(key, "")
            what = f"kernel {key.partition('[')[0]}"
            if "(inactive)" in key:
                continue
            if now != text and (name, what) not in told and (name, "operator") not in told:
                found.append(Replaced(name, what, text, now))
    return tuple(found)


def _first_kernel(kernels: Mapping[str, str]) -> str:
    return next(iter(kernels.values()), "registered earlier")
