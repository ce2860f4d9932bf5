"""Cases that Hypothesis draws, as a list."""

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis.strategies import SearchStrategy

from conformance.case import Case


def drawn(strategy: SearchStrategy[Case], count: int, seed_: int) -> list[Case]:
    """``count`` cases, equal ones once; the same for the same seed."""
    found: dict[str, Case] = {}
    if count < 1:
        return []

    @seed(seed_)
    @settings(
        max_examples=count,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        verbosity=Verbosity.quiet,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def take(case: Case) -> None:
        found.setdefault(str(case), case)

    take()
    return list(found.values())
