"""A release's own loader says more than a function: where it runs, and what it promises."""

from dataclasses import replace

import pytest

import conformance
from conformance.catalogue.objects import SubjectBroken
from conformance.contract import Operator, Promise, Release
from conformance.events.events import CheckFinished
from conformance.events.request import Profile
from conformance.events.verdict import Verdict
from conformance.execution.cpu import LockstepCPU
from conformance.subjects import promised, subject
from conformance.subjects.loaded import Loaded
from conformance.subjects.released import SubjectUnavailable
from conformance.subjects.subject import load_subject

from ..stateful.toy import CONTRACT, append, case

SMALL = Profile("small", "", examples=6, largest=5000, shrink_seconds=1.0)
RELEASE = Release("tiny", ("tiny",), load="tiny_loader:load", promise="tiny_loader:promise")
OPERATOR = Operator(CONTRACT, {}, (RELEASE,))


class Elsewhere(LockstepCPU):
    """The CPU under another name, that counts its calls."""

    mode = "a toy device"
    calls = 0

    def call(self, *arguments):
        self.calls += 1
        return super().call(*arguments)


@pytest.fixture
def loader(monkeypatch):
    """Install what a release's loader makes of a contract's name and a version."""

    def install(load, **promise):
        found = {
            "tiny_loader:load": load,
            "tiny_loader:promise": lambda contract, version: Promise(**promise),
        }
        for module in (subject, promised):
            monkeypatch.setattr(module, "load_object", found.__getitem__)

    return install


def checked(checks=("values",), **more):
    return conformance.check(
        OPERATOR, "tiny==1.0", profile=SMALL, checks=list(checks), seed=1, **more
    )


@pytest.mark.parametrize(("name", "version"), [("tiny==1.0", "1.0"), ("tiny", "")])
def test_a_loader_hears_the_contract_and_the_version(loader, name, version):
    asked = []
    loaded = Loaded(append, "wheel:3")
    loader(lambda *arguments: asked.append(arguments) or loaded)
    found = load_subject(OPERATOR, name)
    assert asked == [("append", version)]
    assert (found.name, found.function, found.origin) == (name, append, "wheel:3")
    assert found.loaded is loaded


def test_a_release_without_a_loader_has_nothing_more_to_say(loader):
    assert load_subject(Operator(CONTRACT, {"own": "math:hypot"}), "own").loaded is None


def test_a_release_runs_on_its_own_device_and_every_check_says_how(loader):
    device = Elsewhere()
    loader(lambda *call: Loaded(append, "wheel:3", device, "emulated"))
    report = checked(device="xpu")
    assert report.verdict is Verdict.PASS and device.calls > 0
    assert (report.ready.mode, report.ready.execution) == ("a toy device", "emulated")
    assert {e.execution for e in report.events if isinstance(e, CheckFinished)} == {"emulated"}


def test_a_release_is_asked_no_more_than_it_promises(loader):
    seen = set()

    def picky(query, new, pool, *rest):
        seen.add((query.shape[0], str(pool.dtype)))
        return append(query, new, pool, *rest)

    loader(lambda *call: Loaded(picky, ""), within=("B == 1",), dtypes={"pool": ("float16",)})
    checks = ("values", "state", "dtypes", "positions", "sizes", "layout", "sequence")
    report = checked(checks)
    assert report.verdict is Verdict.PASS
    assert seen == {(1, "torch.float16")}
    assert report.ready.within == ("B == 1", "pool float16")


def test_a_case_that_is_given_is_asked_whatever_is_promised(loader):
    def picky(query, *rest):
        assert len(query) == 1, "one at a time"
        return append(query, *rest)

    loader(lambda *call: Loaded(picky, ""), within=("B == 1",))
    assert checked().verdict is Verdict.PASS
    replayed = conformance.replay(str(case(B=2)), OPERATOR, "tiny==1.0")
    assert replayed.verdict is Verdict.FAIL
    assert "one at a time" in replayed.failures[0].findings[0].got


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (SubjectUnavailable("no network"), Verdict.UNSUPPORTED),
        (SubjectBroken("does not import"), Verdict.FAIL),
    ],
)
def test_what_a_loader_raises_is_what_comes_of_loading(loader, error, verdict):
    def load(contract, version):
        raise error

    loader(load)
    report = checked()
    assert (report.verdict, report["load"].reason) == (verdict, str(error))


def test_a_promise_about_no_axis_of_the_contract_is_an_error_of_the_loader(loader):
    loader(lambda *call: Loaded(append, ""), within=("Z == 1",))
    with pytest.raises(ValueError, match=r"unknown axes \['Z'\]"):
        checked()


def test_the_loader_goes_before_files_and_modules(loader):
    release = replace(RELEASE, file="ops.py", function="append", module="no_such")
    loader(lambda *call: Loaded(append, "wheel:3"))
    assert load_subject(Operator(CONTRACT, {}, (release,)), "tiny").origin == "wheel:3"
