"""``conformance lock``."""

import argparse
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from conformance.cli.outcome import complain
from conformance.events.verdict import ExitCode
from conformance.runs.locking.functions import locks_of_functions
from conformance.runs.locking.locks import FOLDER, NotToBeHad, side_of
from conformance.schemas.chosen import entries, only
from conformance.schemas.diff.diff import diff
from conformance.schemas.lock import Lock
from conformance.schemas.lock_file import read_lock, write_lock
from conformance.schemas.lock_text import lock_text


def execute(options: argparse.Namespace) -> ExitCode:
    """Write locks, or check that they match.

    Raises what :func:`conformance.runs.locking.locks.side_of` raises.
    """
    if not options.sources and not options.function:
        raise ValueError("name what to lock: a SOURCE, or --function MODULE:NAME")
    locks: dict[str, Lock] = {}
    for source in options.sources:
        try:
            side = side_of(source)
        except NotToBeHad as error:
            complain(str(error))
            return ExitCode.UNDECIDED
        print(f"{source}: {side.told}")
        for note in side.notes:
            complain(f"not locked: {note}")
        for lock in side.locks:
            locks[lock.namespace] = _merged(locks.get(lock.namespace), lock)
    for lock in locks_of_functions(options.function):
        locks[lock.namespace] = _merged(locks.get(lock.namespace), lock)
    if options.only:
        locks = {name: only(lock, options.only) for name, lock in locks.items()}
        locks = {name: lock for name, lock in locks.items() if any(entries(lock))}
    files = _files(Path(options.to or FOLDER), locks)
    if not files:
        complain("there is nothing to lock: no operator is registered")
        return ExitCode.UNDECIDED
    if options.check:
        return _check(files, Path(options.to or FOLDER))
    for path, lock in files.items():
        count = len(lock.operators) + len(lock.kernels) + len(lock.functions) + len(lock.switches)
        print(f"{path}: {count} entries, {'written' if write_lock(path, lock) else 'unchanged'}")
    return ExitCode.CONFORMANT


def _files(to: Path, locks: dict[str, Lock]) -> dict[Path, Lock]:
    """Where each lock is kept. Raises ``ValueError`` for several in one file."""
    if to.suffix != ".json":
        return {to / f"{name}.json": lock for name, lock in sorted(locks.items())}
    if len(locks) > 1:
        names = ", ".join(sorted(locks))
        raise ValueError(f"{to}: one file holds one namespace, not {names}: name a folder")
    return dict.fromkeys([to], next(iter(locks.values()))) if locks else {}


def _merged(one: Lock | None, other: Lock) -> Lock:
    if one is None:
        return other
    return replace(
        one,
        operators=tuple(dict.fromkeys(one.operators + other.operators)),
        kernels=tuple(dict.fromkeys(one.kernels + other.kernels)),
        functions=tuple(dict.fromkeys(one.functions + other.functions)),
        switches=tuple(dict.fromkeys(one.switches + other.switches)),
    )


def _check(files: dict[Path, Lock], to: Path) -> ExitCode:
    """Tell what is unlocked, what does not match, and what is stale."""
    wrong = [line for path, lock in files.items() for line in _differences(path, lock)]
    if to.suffix != ".json" and to.is_dir():
        stale = sorted(set(to.glob("*.json")) - set(files))
        wrong += [f"{path}: stale: nothing registers this namespace any more" for path in stale]
    for line in wrong:
        print(line)
    if wrong:
        print("refresh the locks with 'conformance lock', and review what 'conformance diff' says")
        return ExitCode.NOT_CONFORMANT
    print(f"{len(files)} locks match")
    return ExitCode.CONFORMANT


def _differences(path: Path, lock: Lock) -> Iterator[str]:
    if not path.is_file():
        yield f"{path}: unlocked: {len(lock.operators)} operators have no lock"
        return
    kept = read_lock(path)
    words = {"added": "unlocked", "removed": "stale"}
    told = False
    for change in diff(kept, lock):
        if change.rule == "body-changed":
            continue  # hashes are information
        told = True
        word = words.get(change.rule.rpartition("-")[2], "does not match")
        if change.part or change.kind.value not in change.rule:
            word = "does not match"
        texts = " -> ".join(filter(None, (change.before, change.after)))
        part = f", {change.part}" if change.part else ""
        yield f"{path}: {change.subject}{part}: {word}: {texts} [{change.rule}]"
    if not told and lock_text(_bare(kept)) != lock_text(_bare(lock)):
        yield f"{path}: does not match: the lock says something else of a namespace"


def _bare(lock: Lock) -> Lock:
    """The lock without hashes."""
    return replace(
        lock,
        operators=tuple(replace(each, body="") for each in lock.operators),
        kernels=tuple(replace(each, body="") for each in lock.kernels),
        functions=tuple(replace(each, body="") for each in lock.functions),
    )
