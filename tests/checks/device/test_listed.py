"""Checks of devices are listed where a subject is compiled, and nowhere else."""

import pytest

from conformance.catalogue.devices import compiles
from conformance.checks import CHECKS, DEVICE_CHECKS, SLOW_DEVICE_CHECKS, find_check
from conformance.checks.listing import (
    Listed,
    find_listed,
    listed,
    listed_of_devices,
    listed_of_slow_devices,
    listed_on,
    with_those_of_devices,
)
from conformance.events.loading import UsageError
from conformance.events.request import Registration, Request
from conformance.runs.plan import Checks, OneCase

from ...asking.toy import PROFILE
from ...cli.command import conformance
from ...runs.sessions import READY


def ids(checks):
    return [check.id for check in checks]


@pytest.mark.parametrize("check", [*DEVICE_CHECKS, *SLOW_DEVICE_CHECKS], ids=lambda c: c.id)
def test_what_a_check_of_devices_says_of_itself_is_listed(check):
    assert find_listed(check.id) == Listed(check.id, check.question, check.explanation)
    assert find_check(check.id) is check


def test_they_are_none_of_the_checks_that_every_kernel_is_asked():
    own = [*ids(listed_of_devices()), *ids(listed_of_slow_devices())]
    assert own == [*ids(DEVICE_CHECKS), *ids(SLOW_DEVICE_CHECKS)]
    assert not {*own} & {*ids(listed()), *ids(CHECKS)}


def test_they_are_asked_before_what_launches_most_and_looks_at_everything():
    order = ids(with_those_of_devices(CHECKS, DEVICE_CHECKS))
    assert sorted(order) == sorted(ids((*CHECKS, *DEVICE_CHECKS)))
    assert order[-2:] == ["sizes", "builds"] == ids(CHECKS)[-2:]
    assert order[: len(CHECKS) - 2] == ids(CHECKS)[:-2]
    assert ids(with_those_of_devices(CHECKS[:3], DEVICE_CHECKS)) == ids(
        (*CHECKS[:3], *DEVICE_CHECKS)
    )
    assert with_those_of_devices(CHECKS, ()) == CHECKS


def test_slow_ones_are_asked_by_their_names_alone():
    assert ids(listed_on(True, ())) == ids(listed_of_devices())
    assert ids(listed_on(False, ())) == []
    assert ids(listed_on(False, ("values", "sanitizer", "replays"))) == ["replays", "sanitizer"]


@pytest.mark.parametrize(
    ("device", "compiled"),
    [("cuda", True), ("cuda:1", True), ("xpu", True), ("cpu", False), ("rbln", False)],
)
def test_which_devices_compile_is_known_by_their_names(device, compiled):
    assert compiles(device) is compiled


def test_a_listing_names_them_for_a_device_that_compiles():
    words = ("check", "rms_norm", "--list-checks", "--device")
    there, here = (conformance(*words, device).stdout for device in ("cuda", "cpu"))
    for check in listed_of_devices():
        assert check.question in there and check.question not in here
    assert "sanitizer" not in there
    named = conformance("check", "rms_norm", "--list-checks", "--profile", "sanitize").stdout
    assert [line.split()[1] for line in named.splitlines()[1:]] == ["sanitizer"]


def questions(**more):
    request = Request("double", None, "cpu", PROFILE, 1, **more)

    class Session:
        ready = READY
        ask = replay = print

    return request, Session()


def test_a_run_asks_what_is_named_although_the_device_has_none_of_it():
    request, session = questions()
    assert [q.id for q in Checks().questions(request, session)] == ["a", "b", "c"]
    asked = Checks(("streams", "b")).questions(request, session)
    assert [q.id for q in asked] == ["b", "streams"]
    (replayed,) = OneCase("double@replays@N=1,seed=0").questions(request, session)
    assert replayed.id == "replays"


def test_a_registration_has_none_of_them():
    request, session = questions(registration=Registration("ns::op"))
    with pytest.raises(UsageError, match="no check streams; known: a, b, c"):
        list(Checks(("streams",)).questions(request, session))
