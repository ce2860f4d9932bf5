"""Two locks, compared in the eyes of callers."""

from collections.abc import Iterable
from dataclasses import replace

from conformance.schemas.diff.change import Change, Kind, Severity
from conformance.schemas.diff.functions import functions_changes
from conformance.schemas.diff.operators import operators_changes
from conformance.schemas.diff.rule import severity
from conformance.schemas.diff.switches import switches_changes
from conformance.schemas.lock import Lock, LockedOperator

_ORDER = list(Severity)


def diff(old: Lock, new: Lock) -> list[Change]:
    """What changed, the worst first; of one severity, by subject."""
    changes = [
        *operators_changes(old.operators, new.operators),
        *functions_changes(Kind.KERNEL, old.kernels, new.kernels),
        *functions_changes(Kind.FUNCTION, old.functions, new.functions),
        *switches_changes(old.switches, new.switches),
    ]
    return sorted(changes, key=_place)


def _place(change: Change) -> tuple[int, str, str, str, str, str]:
    worst = _ORDER.index(severity(change.rule))
    return worst, change.subject, change.rule, change.part, change.before, change.after


def combined(locks: Iterable[Lock]) -> Lock:
    """Several locks as one. Of two entries with one name, the first counts."""
    given = list(locks)
    return Lock(
        ", ".join(sorted({lock.namespace for lock in given})),
        tuple(each for lock in given for each in lock.operators),
        tuple(each for lock in given for each in lock.kernels),
        tuple(each for lock in given for each in lock.functions),
        tuple(each for lock in given for each in lock.switches),
        tuple(each for lock in given for each in lock.unresolved),
    )


def as_far_as_both_know(old: Lock, new: Lock) -> tuple[Lock, Lock]:
    """Two locks of different origin, without what only one of the origins can tell.

    PyTorch knows which kernels and tags an operator has, and source does not always; what a fake
    promises is found out in different ways. A fact stays if both sides state it.
    """
    before = {each.schema.full_name: each for each in old.operators}
    after = {each.schema.full_name: each for each in new.operators}
    shared = before.keys() & after.keys()

    def known(own: LockedOperator, other: LockedOperator) -> LockedOperator:
        return replace(
            own,
            fake=own.fake if other.fake is not None else None,
            keys=own.keys if other.keys else (),
            tags=own.tags if other.tags else (),
            registered=own.registered if other.registered else "",
            body="",
        )

    def side(own: Lock, others: dict[str, LockedOperator]) -> Lock:
        operators = tuple(
            known(each, others[each.schema.full_name]) if each.schema.full_name in shared else each
            for each in own.operators
        )
        return replace(own, operators=operators)

    return side(old, after), side(new, before)
