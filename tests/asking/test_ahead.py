"""What the checks of a run launch is known before they run, and compiled together."""

from itertools import pairwise

import pytest
import torch
from conformance_kernels.rms_norm.torch_rms_norm import rms_norm

from conformance.asking import ahead
from conformance.asking.ahead import SIGNATURES, compile_ahead
from conformance.asking.explore import explore
from conformance.asking.listed import asked_cases
from conformance.asking.remote.died import SubjectDied
from conformance.catalogue.operators import find_operator
from conformance.checks import CHECKS, DEVICE_CHECKS
from conformance.events.verdict import NoRoom
from conformance.execution.accelerator import Accelerator
from conformance.execution.bench import Bench
from conformance.execution.cpu import LockstepCPU
from conformance.policy.profiles import profile
from conformance.processes.ending import Ending
from tests.execution.test_accelerator import Driver

CONTRACT = find_operator("rms_norm").contract
QUICK = profile("quick")


class Rehearsing:
    """A GPU as far as this is concerned: it notes which cases are rehearsed."""

    torch_device, mode = "toy:0", "toy"
    built_on, compiles = "cpu", True

    def __init__(self, trouble=None):
        self.rehearsed, self.compiled, self.asked, self.builder = [], 0, [], self
        self.trouble, self.patient = trouble, None

    def rehearse(self, function, arguments):
        self.rehearsed.append(arguments)
        if self.trouble:
            raise self.trouble
        return False

    def ahead(self, least, patient=False):
        self.patient = patient
        self.asked.append(least)
        # As if every third call launched a new signature.
        new = len(self.rehearsed) // 3 - self.compiled
        if new < least:
            return 0
        self.compiled += new
        return new

    def call(self, function, arguments, poison):
        raise AssertionError("nothing may run")


def check(name):
    return next(each for each in CHECKS if each.id == name)


@pytest.mark.parametrize("name", ["values", "special", "layout", "sizes", "purity"])
def test_the_cases_of_a_check_are_known_before_it_asks_them(name):
    bench = Bench(CONTRACT, rms_norm, LockstepCPU(), QUICK)
    asked = explore(check(name), bench, QUICK, seed=3).asked
    known = [str(case) for case in asked_cases(check(name), CONTRACT, QUICK, 3)]
    assert set(asked) == set(known) and asked


def test_the_calls_of_all_checks_are_rehearsed_once_and_then_compiled():
    device, told = Rehearsing(), []
    bench = Bench(CONTRACT, rms_norm, device, QUICK)
    both = [check("values"), check("purity")]
    count = compile_ahead(bench, both, QUICK, 3, lambda *words: told.append(words))
    assert count == device.compiled == len(device.rehearsed) // 3 > 1
    assert told == [(count, "")] and device.patient is False
    assert {*device.asked[:-1]} <= {SIGNATURES} and device.asked[-1] == 1
    alone = Rehearsing()
    compile_ahead(Bench(CONTRACT, rms_norm, alone, QUICK), both * 2, QUICK, 3, patient=True)
    assert alone.patient and len(alone.rehearsed) == len(device.rehearsed) > 5


def test_other_sizes_that_a_check_calls_are_rehearsed_too():
    (compiled,) = (each for each in DEVICE_CHECKS if each.id == "torch_compiled")
    device = Rehearsing()
    compile_ahead(Bench(CONTRACT, rms_norm, device, QUICK), [compiled], QUICK, 3)
    rehearsed = {tuple(arguments[0].shape) for arguments in device.rehearsed}
    (case, *_) = compiled.always(CONTRACT)
    others = list(compiled.further(CONTRACT, case))
    assert others and case not in others
    assert {(*each.axes["M"], each.axes["N"]) for each in (case, *others)} <= rehearsed


def test_compiling_begins_while_cases_are_rehearsed(monkeypatch):
    monkeypatch.setattr(ahead, "SECONDS", 0.0)
    device, told = Rehearsing(), []
    bench = Bench(CONTRACT, rms_norm, device, QUICK)
    count = compile_ahead(bench, CHECKS, QUICK, 3, lambda begun, trouble: told.append(begun))
    assert len(told) > 1 and told == sorted(told) and told[-1] == count
    steps = [later - sooner for sooner, later in pairwise([0, *told])]
    assert all(step >= SIGNATURES for step in steps[:-1])


def test_what_goes_wrong_with_a_case_is_told_and_left_to_the_checks():
    device, told = Rehearsing(RuntimeError("no memory\nat all")), []
    bench = Bench(CONTRACT, rms_norm, device, QUICK)
    count = compile_ahead(bench, [check("values")], QUICK, 3, lambda *words: told.append(words))
    # The other cases are rehearsed all the same.
    assert count == device.compiled == len(device.rehearsed) // 3 > 1
    (begun, quiet), (again, trouble) = told
    assert (begun, quiet, again) == (count, "", count)
    assert trouble.endswith("could not be rehearsed: RuntimeError: no memory")
    assert trouble.startswith(f"{CONTRACT.name}@builds@")


def test_what_a_device_has_no_room_for_is_no_trouble():
    device, told = Rehearsing(NoRoom("no memory")), []
    bench = Bench(CONTRACT, rms_norm, device, QUICK)
    compile_ahead(bench, [check("values")], QUICK, 3, lambda *words: told.append(words))
    assert len(device.rehearsed) > 1 and {trouble for _, trouble in told} == {""}


def test_a_process_that_ends_in_a_rehearsal_is_told():
    device, told = Rehearsing(SubjectDied(Ending("crashed with SIGSEGV"))), []
    bench = Bench(CONTRACT, rms_norm, device, QUICK)
    assert compile_ahead(bench, [check("values")], QUICK, 3, lambda *words: told.append(words)) == 0
    assert len(device.rehearsed) == 1 and not device.compiled
    assert told[0][1].startswith("the subject's process ended in a rehearsal: SubjectDied")


def test_nothing_is_rehearsed_where_nothing_is_compiled():
    device = LockstepCPU()
    device.rehearse = None  # would raise
    assert compile_ahead(Bench(CONTRACT, rms_norm, device, QUICK), CHECKS, QUICK, 3) == 0


def test_an_accelerator_rehearses_a_call_without_its_launches(monkeypatch):
    driver = Driver()
    monkeypatch.setattr(torch, "toy", driver, raising=False)
    device = Accelerator("toy", 1)
    seen = []
    assert device.rehearse(lambda x: seen.append((x, driver.current)), [torch.ones(2)])
    assert seen[0][1] == 1 and driver.synchronised == [1]
    assert not device.rehearse(lambda: 1 / 0, [])
