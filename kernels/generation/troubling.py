"""Likely causes are added to what an engine raises."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from conformance.generation.client import EngineDied, EngineRaised

from .troubles import causes, raised_text


@contextmanager
def explained(kind: str) -> Iterator[None]:
    """What an engine of this kind raises, or dies of, says what it likely comes from."""
    try:
        yield
    except EngineRaised as error:
        raised = error.raised
        said = f"{raised.type}: {raised.message}"
        found = causes(kind, raised_text(kind, said, raised.trace, error.tail))
        if not found:
            raise
        message = f"{raised.message}\n{_likely(found)}"
        raise EngineRaised(replace(raised, message=message), error.tail) from error
    except EngineDied as error:
        found = causes(kind, raised_text(kind, str(error), error.tail))
        if not found:
            raise
        how = f"{error.ending.how}; {_likely(found)}"
        raise EngineDied(replace(error.ending, how=how), error.tail) from error


def _likely(found: tuple[str, ...]) -> str:
    return f"likely cause: {' | '.join(found)}"
