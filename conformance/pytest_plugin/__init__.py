"""The checks in pytest: as items of their own, and as a fixture for tests of one's own.

``pytest --conformance-subject my_kernel.py:norm --conformance-operator my_norm`` collects an item
for loading and one for each check beside whatever else is collected. Their ids,
``conformance::my_norm::my_kernel.py:norm::values``, can be given on pytest's command line, and ask
nothing else then. ``pytest --conformance`` asks what the configuration names.

A test of one's own asks a callable, a :class:`conformance.Launch` or a text::

    def test_norm(conformance_check):
        conformance_check("my_norm", norm)

``@pytest.mark.conformance(profile="quick")`` sets what such calls do not say. With an operator and
a subject the marker makes an item of each check; the fixture asks the one of the item::

    @pytest.mark.conformance("my_norm", norm, profile="quick")
    def test_norm(conformance_check):
        conformance_check()

Under pytest-xdist all checks of a subject that pytest collects itself go to one process, whatever
``--dist`` says. Tests of one's own go where ``--dist`` sends them: with ``loadfile`` or
``loadscope`` the items of one marker stay together and share what is loaded.

Nothing of the suite is imported before it is asked for: pytest loads this module in every session.
"""

import random
from typing import TYPE_CHECKING, Any

import pytest

from conformance.pytest_plugin.node_ids import is_id
from conformance.pytest_plugin.options import add_options, asks_something
from conformance.pytest_plugin.told import Told

if TYPE_CHECKING:
    from conformance.pytest_plugin.fixture import Checker, OneCheck

MARKER = "conformance"
SEED = "conformance seed"
"""The key under which the processes of pytest-xdist get it."""
_SEED = pytest.StashKey[int]()


def pytest_addoption(parser: pytest.Parser) -> None:
    add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers",
        f"{MARKER}(operator=None, subject=None, **options): what the fixture conformance_check "
        "asks if the call does not say; with an operator and a subject, an item for each check",
    )
    option = config.option
    given = option.conformance_seed
    workerinput = getattr(config, "workerinput", {})  # of a process of pytest-xdist
    drawn = random.SystemRandom().randrange(1 << 31) if given is None else given
    config.stash[_SEED] = seed = workerinput.get(SEED, drawn)
    told = Told(config)
    config.pluginmanager.register(told)
    ids = [argument for argument in config.args if is_id(argument)]
    if not ids and not asks_something(option):
        return
    from conformance.pytest_plugin.session import AskingSession

    # Paths are left to pytest; it knows none that looks like an id.
    config.args[:] = [argument for argument in config.args if not is_id(argument)]
    session = AskingSession(config, ids, seed)
    config.pluginmanager.register(session)
    if not option.collectonly:
        told.asked = session.asked


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Give a process of pytest-xdist the seed that the header shows."""
    node.workerinput[SEED] = node.config.stash[_SEED]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "conformance_check" in metafunc.fixturenames:
        from conformance.pytest_plugin.parametrized import parametrize

        parametrize(metafunc)


@pytest.fixture
def conformance_check(request: pytest.FixtureRequest) -> "Checker | OneCheck":
    """Ask a subject what the contract of an operator implies; a failure of it fails the test.

    ``conformance_check(operator, subject, **options)`` takes what :func:`conformance.check` takes,
    and ``unsupported_ok=True`` where it may be that nothing can be decided. It returns the
    :class:`conformance.Report`, and raises an ``AssertionError`` with the failures, the commands
    that replay them, and the seed. What it does not say, ``@pytest.mark.conformance`` of the test
    says, then the options of pytest.
    """
    from conformance.pytest_plugin.fixture import checker

    return checker(request, request.config.stash[_SEED])
