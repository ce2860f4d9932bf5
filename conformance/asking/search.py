"""Cases drawn by Hypothesis, and made smaller by it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis.errors import Flaky
from hypothesis.internal.conjecture import providers
from hypothesis.strategies import SearchStrategy

from conformance.case import Case


class _Failing(Exception):
    pass


class _Stop(BaseException):
    """Ends the drawing; carries an exception past Hypothesis, which would shrink it."""

    def __init__(self, cause: BaseException | None = None) -> None:
        self.cause = cause


def draw(
    strategy: SearchStrategy[Case], ask: Callable[[Case], bool], examples: int, seed_: int
) -> bool:
    """Ask about ``examples`` drawn cases, equal ones once, for as long as ``ask`` returns true.

    Returns whether all were asked. Exceptions of ``ask`` pass through.
    """
    known: set[str] = set()

    def take(case: Case) -> None:
        line = str(case)
        if line in known:
            return
        known.add(line)
        try:
            on = ask(case)
        except Exception as error:
            raise _Stop(error) from error
        if not on:
            raise _Stop

    try:
        _run(strategy, take, examples, seed_)
    except _Stop as stop:
        if stop.cause is not None:
            raise stop.cause from None
        return False
    return True


def shrink_drawn(
    first: Case,
    strategy: SearchStrategy[Case],
    fails: Callable[[Case], bool],
    examples: int,
    seed_: int,
    seconds: float,
) -> Case | None:
    """The smallest case that ``fails`` and that Hypothesis finds from ``first`` within ``seconds``.

    ``first`` fails, and is one of the cases that :func:`draw` took with the same ``examples`` and
    seed: they are drawn again up to it, and nothing is asked of those before it. None if it does
    not come up. Equal cases are asked once. Exceptions of ``fails`` pass through.
    """
    known = {str(first): True}
    failing: list[Case] = []
    end = monotonic() + seconds

    def take(case: Case) -> None:
        line = str(case)
        if not failing and line != str(first):
            return
        if line not in known:
            if monotonic() >= end:
                return
            try:
                known[line] = fails(case)
            except Exception as error:
                raise _Stop(error) from error
        if known[line]:
            failing.append(case)
            raise _Failing

    try:
        _run(strategy, take, examples, seed_)
    except (_Failing, Flaky):
        pass
    except _Stop as stop:
        assert stop.cause is not None
        raise stop.cause from None
    return failing[-1] if failing else None


def _run(
    strategy: SearchStrategy[Case], take: Callable[[Case], None], examples: int, seed_: int
) -> None:
    """Draw cases. The same strategy, number and seed give the same ones until ``take`` raises."""
    drawn = settings(
        max_examples=max(examples, 1),
        database=None,
        deadline=None,
        print_blob=False,
        phases=(Phase.generate, Phase.shrink),
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.quiet,
    )(seed(seed_)(given(strategy)(take)))
    with _from_the_strategy_alone():
        drawn()


@contextmanager
def _from_the_strategy_alone() -> Iterator[None]:
    """Let no source code have a say in what is drawn.

    Hypothesis reads numbers out of the source of imported modules that are not installed: that
    takes a second in a checkout, and gives other cases there than elsewhere.
    """
    ours = {"_get_local_constants": _no_constants, "CONSTANTS_CACHE": _CACHE}
    theirs = {name: getattr(providers, name, None) for name in ours}
    if None in theirs.values():  # a release that draws in another way
        yield
        return
    vars(providers).update(ours)
    try:
        yield
    finally:
        vars(providers).update(theirs)


_CACHE: dict[Any, Any] = {}


def _no_constants() -> Any:
    sets = {name: providers.SortedSet() for name in ("integers", "floats", "bytes", "strings")}
    return providers.Constants(**sets)
