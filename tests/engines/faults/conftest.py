"""Engines for all tests of the folder: faults take turns in one process."""

import pytest

from conformance.generation.client import Engines


@pytest.fixture(scope="session")
def engines():
    with Engines(processes=1, engines=6, seconds=120) as running:
        yield running
