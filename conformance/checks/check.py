"""What a check is."""

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from hypothesis.strategies import SearchStrategy

from conformance.case import Case
from conformance.contract import Contract
from conformance.events.finding import Finding
from conformance.events.needs import KernelNeeds
from conformance.execution.bench import Bench


def applies_always(contract: Contract) -> str | None:
    """For checks that every contract can be asked."""
    return None


def no_fixed_cases(contract: Contract) -> Iterable[Case]:
    """For checks that only draw."""
    return ()


def fits_always(contract: Contract, case: Case) -> str | None:
    """For checks whose cases have no words of the check's own."""
    return None


def alone(contract: Contract, case: Case) -> Iterable[Case]:
    """For checks that decide a case by its own call."""
    return ()


@dataclass(frozen=True)
class Gathered:
    """Cases that follow from what the cases of other checks did, and what was learned on the way.

    ``reason`` says what could not be asked; ``undecided`` does so where all that was asked decides
    nothing then. ``needs`` are figures for the report.
    """

    cases: list[Case]
    reason: str = ""
    needs: tuple[KernelNeeds, ...] = ()
    undecided: str = ""


@dataclass(frozen=True)
class Check:
    """One question to a subject.

    ``lacks`` says what a contract lacks for the question to make sense (None: nothing). ``fixed``
    lists cases that run unless the profile leaves out their size, ``always`` those that run in
    every profile, ``drawn`` a strategy for more. ``decide`` runs a case and says what
    is wrong; it may raise :class:`~conformance.events.verdict.NotSupported`.
    """

    id: str
    question: str
    decide: Callable[[Bench, Case], list[Finding]]
    lacks: Callable[[Contract], str | None] = applies_always
    fixed: Callable[[Contract], Iterable[Case]] = no_fixed_cases
    always: Callable[[Contract], Iterable[Case]] = no_fixed_cases
    drawn: Callable[[Contract], SearchStrategy[Case]] | None = None
    misfit: Callable[[Contract, Case], str | None] = fits_always
    """Why a case that was kept or typed is none of the check's (None: it is one)."""
    further: Callable[[Contract, Case], Iterable[Case]] = alone
    """Other cases whose calls ``decide`` makes for a case that it finds right."""
    effort: float = 1.0
    """How many of the profile's examples are drawn, as a factor; 0 for a check that draws none."""
    listed_shrink: bool = False
    """Whether a listed case that fails is made smaller although nothing is drawn."""
    own_words: tuple[str, ...] = ()
    """Names of words that are the question itself: they stay when a case is made smaller."""
    gathered: Callable[[Bench, Sequence[Case], Callable[[Case, int], None]], Gathered] | None = None
    """For checks that look at what all others ask: their cases, from the fixed cases of all.

    The last argument hears of each case that is worked on, with its number. It may raise
    :class:`~conformance.events.verdict.NotSupported`.
    """

    @property
    def explanation(self) -> str:
        """The docstring of the module that the check's own functions are in.

        Checks may share functions; the module that holds the check is its own.
        """
        functions = [self.decide, self.fixed, *filter(None, [self.drawn])]
        modules = [sys.modules[f.__module__] for f in functions if f.__module__ != __name__]
        held = (each for each in modules if getattr(each, "CHECK", None) is self)
        return (next(held, modules[0]).__doc__ or "").strip()


def judged(bench: Bench, case: Case) -> list[Finding]:
    """Run a case once and judge the answer: how most checks decide."""
    return bench.run(case).findings()
