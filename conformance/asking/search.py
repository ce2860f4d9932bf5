"""Draw cases with Hypothesis until one fails, and let it shrink that one."""

from collections.abc import Callable
from time import monotonic

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis.errors import Flaky
from hypothesis.strategies import SearchStrategy

from conformance.case import Case
from conformance.contract import ContractMistake

Fails = Callable[[Case], bool]


class _Failing(Exception):
    pass


class _Stop(BaseException):
    """Carries an exception of the harness past Hypothesis, which would shrink it."""

    def __init__(self, cause: BaseException) -> None:
        self.cause = cause


def search(
    strategy: SearchStrategy[Case], fails: Fails, examples: int, seed_: int, shrink_seconds: float
) -> Case | None:
    """The smallest failing case found among ``examples`` drawn ones, None if none fails.

    Equal cases are asked once. Once one has failed, simpler ones are tried for ``shrink_seconds``.
    Exceptions of ``fails`` pass through. Once a case has failed they must not hide it, so that only
    mistakes of the contract still do.
    """
    known: dict[str, bool] = {}
    failing: list[Case] = []
    end = [float("inf")]

    def ask(case: Case) -> None:
        line = str(case)
        if line not in known:
            if monotonic() > end[0]:
                return
            try:
                known[line] = fails(case)
            except Exception as error:
                if not failing or isinstance(error, ContractMistake):
                    raise _Stop(error) from error
                known[line] = False
        if known[line]:
            if not failing:
                end[0] = monotonic() + shrink_seconds
            failing.append(case)
            raise _Failing

    run = settings(
        max_examples=max(examples, 1),
        database=None,
        deadline=None,
        print_blob=False,
        phases=(Phase.generate, Phase.shrink),
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.quiet,
    )(seed(seed_)(given(strategy)(ask)))
    try:
        run()
    except (_Failing, Flaky):
        pass
    except _Stop as stop:
        raise stop.cause from None
    return failing[-1] if failing else None
