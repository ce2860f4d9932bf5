"""An accelerator runs a subject on the device that was named, and on no other."""

from contextlib import contextmanager

import pytest
import torch

from conformance.catalogue.devices import DeviceUnavailable
from conformance.execution.accelerator import SPARE_BYTES, Accelerator
from conformance.execution.device_lost import DeviceLost
from conformance.memory.arena import Arena
from conformance.torch_storages import storage_at

ALLOCATED = 100


class Driver:
    """What torch offers for a kind of device, as far as an accelerator uses it: two of them."""

    def __init__(self, kept=0, lost=False):
        self.current, self.kept, self.lost = 0, kept, lost
        self.synchronised, self.emptied = [], 0

    def is_available(self):
        return True

    def device_count(self):
        return 2

    def current_device(self):
        return self.current

    def get_device_name(self, ordinal):
        return f"toy {'AB'[ordinal]}"

    @contextmanager
    def device(self, ordinal):
        before, self.current = self.current, ordinal
        try:
            yield
        finally:
            self.current = before

    def synchronize(self, ordinal):
        self.synchronised.append(ordinal)
        if self.lost:
            raise RuntimeError("CUDA error: an illegal memory access was encountered")

    def memory_reserved(self, ordinal):
        return ALLOCATED + (self.kept if ordinal == 1 else 0)

    def memory_allocated(self, ordinal):
        return ALLOCATED

    def empty_cache(self):
        self.emptied += 1


@pytest.fixture
def install(monkeypatch):
    def install(**facts):
        driver = Driver(**facts)
        monkeypatch.setattr(torch, "toy", driver, raising=False)
        return driver

    return install


def test_the_named_device_is_torchs_current_one_during_a_call_and_is_waited_for(install):
    driver = install()
    device = Accelerator("toy", 1)
    outcome = device.call(lambda x: (x, driver.current), [torch.ones(2)], poison=0)
    assert outcome.result[1] == 1 and driver.current == 0
    assert driver.synchronised == [1]
    assert (device.torch_device, device.mode) == ("toy:1", "toy:1, toy B")


def test_without_an_ordinal_it_is_torchs_current_device(install):
    install().current = 1
    device = Accelerator("toy")
    assert (device.torch_device, device.mode) == ("toy:1", "toy, toy B")


def test_an_exception_is_the_subjects_if_the_device_lives_on(install):
    install()
    raised = Accelerator("toy", 1).call(lambda: 1 / 0, [], poison=0).raised
    assert raised.type == "ZeroDivisionError" and "test_accelerator.py:" in raised.place


def test_a_device_that_answers_no_more_is_lost(install):
    install(lost=True)
    with pytest.raises(DeviceLost, match="illegal memory access") as lost:
        Accelerator("toy", 1).call(lambda: None, [], poison=0)
    assert lost.value.faulted


@pytest.mark.parametrize(("kept", "given_back"), [(SPARE_BYTES, 0), (SPARE_BYTES + 1, 1)])
@pytest.mark.parametrize("ordinal", [0, 1])
def test_what_a_large_case_took_is_given_back_before_the_next_call(
    install, kept, given_back, ordinal
):
    driver = install(kept=kept)
    outcome = Accelerator("toy", ordinal).call(lambda x: x + 1, [torch.ones(2)], poison=0)
    assert outcome.result.tolist() == [2, 2]
    # Only the second device keeps anything.
    assert driver.emptied == given_back * ordinal


@pytest.mark.parametrize("ordinal", [2, 7])
def test_an_ordinal_beyond_the_devices_is_told_with_their_number(install, ordinal):
    install()
    reason = f"there is no toy:{ordinal}: torch finds 2 toy devices, counted from 0"
    with pytest.raises(DeviceUnavailable, match=reason):
        Accelerator("toy", ordinal)


def kernel_that_writes_beyond(x):
    """What a kernel with a wrong mask does: a byte behind its output."""
    y = torch.empty(8)
    outside = storage_at(y.data_ptr() + 40, 4, y.device)
    torch.empty(0, dtype=torch.uint8).set_(outside).fill_(0)
    return y.copy_(x)


@pytest.fixture
def on_the_cpu(install):
    """An accelerator whose memory is that of the CPU."""
    install()
    device = Accelerator("toy", 1)
    device.arena = Arena("cpu", 1 << 20)
    return device


def test_what_is_written_beyond_the_subject_s_own_tensors_is_told(on_the_cpu):
    outcome = on_the_cpu.call(kernel_that_writes_beyond, [torch.ones(8)], poison=0)
    (found,) = outcome.violations
    assert (found.kind, found.offset, found.count) == ("out-of-bounds write", 40, 4)
    assert str(found) == (
        "out-of-bounds write of argument 'a tensor that the call made' at byte 40, 4 bytes"
    )


def test_what_is_written_beyond_an_argument_is_told_with_its_name(on_the_cpu):
    storage = on_the_cpu.storage(32, 0)
    x = torch.empty(0).set_(storage)

    def subject(x):
        outside = storage_at(x.data_ptr() - 2, 1, x.device)
        torch.empty(0, dtype=torch.uint8).set_(outside).fill_(0)
        return x.clone()

    (found,) = on_the_cpu.call(subject, [x], poison=0).violations
    assert (found.argument, found.offset, found.count) == ("argument 0", -2, 1)
    assert on_the_cpu.call(lambda x: x + 1, [x], poison=0).violations == ()
