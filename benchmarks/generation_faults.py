"""Which faults planted in real engines the checks of generation find, and with how few requests."""

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from typing import Any

from benchmarks.row import Row

ENGINES = 6
"""Engines of a process at the same time: a fault has one for each word that checks ask for."""
PROCESSES = 2
SECONDS = 300.0


@dataclass(frozen=True)
class Found:
    """What the checks said of a fault: those that found it, the requests of the smallest case of
    its own check, places that findings name, and CPU seconds of judge and engines."""

    name: str
    owed: tuple[str, ...]
    found: tuple[str, ...]
    undecided: tuple[str, ...]
    requests: int
    most: int
    seconds: float

    @property
    def kept(self) -> bool:
        """Whether its checks found it, they alone, in a case as small as it is owed."""
        alone = set(self.found) == set(self.owed) and not self.undecided
        return alone and self.requests <= self.most


def rows(names: Sequence[str] = ()) -> list[Row]:
    """``names`` are ids of faults, of variations, or of places (empty: all that can run here)."""
    from conformance_kernels.generation.faults import FAULTS, VARIATIONS
    from conformance_kernels.generation.faults.asked import UNPLANTED, lacks

    from conformance.generation.client import Engines

    known = {**UNPLANTED, **FAULTS, **VARIATIONS}
    if unknown := sorted(set(names) - known.keys()):
        raise SystemExit(f"no fault {', '.join(unknown)}; known: {', '.join(known)}")
    asked = [known[name] for name in names or known]
    # What a release shows by itself comes first: no fault is found by that.
    places = [each.where for each in asked]
    bare = [each for each in UNPLANTED.values() if each.where in places]
    asked = [*bare, *(each for each in asked if each not in bare)]
    table, judged = [], []
    for missing in dict.fromkeys(filter(None, (lacks(each.where) for each in asked))):
        count = sum(lacks(each.where) == missing for each in asked)
        table.append(Row(f"faults and variations not asked: {missing}", "", str(count), None))
    own: dict[tuple[str, str], frozenset] = {}
    with Engines(PROCESSES, ENGINES, SECONDS) as engines:
        for each in asked:
            if not lacks(each.where):
                judged.append(judge(each, engines, own))
    return [*(_row(each) for each in judged), *_summary(judged), *table]


def judge(planted: Any, engines: Any, own: dict[tuple[str, str], frozenset]) -> Found:
    """Ask all checks of the place where something is planted.

    ``own`` are the findings of a place and a check without anything planted; they are added to it.
    """
    from conformance_kernels.generation.faults.asked import UNPLANTED, ask

    begin = _spent(engines)
    answers = ask(planted, engines)
    owed = getattr(planted, "caught_by", ())
    places = {name: (str(planted.where), name) for name in answers}
    found = tuple(
        name
        for name, answer in answers.items()
        if answer.found and not answer.identities <= own.get(places[name], frozenset())
    )
    if planted.id in UNPLANTED:
        own |= {places[name]: answer.identities for name, answer in answers.items()}
    undecided = tuple(
        name for name, answer in answers.items() if answer.finished.verdict == "ERROR"
    )
    requests = max((answers[name].requests for name in owed[:1] if name in found), default=0)
    if getattr(planted, "alone", False):
        engines.close()  # nobody else can use its processes
    judged = Found(
        planted.id, owed, found, undecided, requests, getattr(planted, "requests", 0),
        _spent(engines) - begin,
    )  # fmt: skip
    said = ", ".join(found) or "nothing"
    print(f"  {planted.id}: {said} ({judged.seconds:.0f} CPU s)", file=sys.stderr, flush=True)
    return judged


def _row(judged: Found) -> Row:
    promised = ", ".join(judged.owed) or "nothing"
    if judged.owed:
        promised += f" (R <= {judged.most})"
    measured = ", ".join(judged.found) or "nothing"
    if judged.requests:
        measured += f" (R = {judged.requests})"
    if judged.undecided:
        measured += f"; undecided: {', '.join(judged.undecided)}"
    what = f"{judged.name}, {judged.seconds:.0f} CPU s"
    if judged.name.startswith("nothing-"):
        # What a release shows by itself is its own affair, and told.
        return Row(what, "", measured, None)
    return Row(what, promised, measured, judged.kept)


def _summary(judged: Iterable[Found]) -> list[Row]:
    judged = list(judged)
    faults = [each for each in judged if each.owed]
    right = [each for each in judged if not each.owed and not each.name.startswith("nothing-")]
    table = []

    def line(what: str, of: Sequence[Found], good: Callable[[Found], bool]) -> None:
        count = sum(map(good, of))
        table.append(Row(what, str(len(of)), str(count), count == len(of)))

    if faults:
        line("faults in engines found by the check that asks", faults,
             lambda each: each.owed[0] in each.found)  # fmt: skip
        line("… and by no other than those named", faults,
             lambda each: set(each.found) == set(each.owed))  # fmt: skip
        line("… in a case as small as owed", faults,
             lambda each: 0 < each.requests <= each.most)  # fmt: skip
    if right:
        line("right variations of engines that no check flags", right,
             lambda each: not each.found and not each.undecided)  # fmt: skip
    return table


def _spent(engines: Any) -> float:
    """CPU seconds of this process, of those that have ended, and of the engines that live."""
    own = sum(getrusage(who).ru_utime + getrusage(who).ru_stime for who in _WHOSE)
    return own + sum(map(_cpu, engines.processes()))


_WHOSE = (RUSAGE_SELF, RUSAGE_CHILDREN)


def _cpu(process: int) -> float:
    import os

    try:
        text = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return 0.0
    # What comes behind the name, which may hold spaces: times are the 12th to the 15th.
    fields = text.rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
