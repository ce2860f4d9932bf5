"""Fixtures of the tests of runs."""

import pytest

from conformance.runs import shared

from .shared_sessions import Sessions


@pytest.fixture
def sessions(monkeypatch):
    """Install sessions that give these answers."""

    def install(**answers):
        monkeypatch.setattr(shared, "Session", found := Sessions(answers))
        return found

    return install
