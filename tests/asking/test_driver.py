"""A log names the driver of the device."""

import pytest
import torch

from conformance.asking import driver
from conformance.asking.driver import driver_of


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Stand for a machine with this text in the driver's file, and a build of torch."""

    def install(text, cuda=None, hip=None):
        (tmp_path / "version").write_text(text)
        monkeypatch.setattr(driver, "_NVIDIA", tmp_path / "version")
        monkeypatch.setattr(driver, "_AMD", tmp_path / "version")
        monkeypatch.setattr(torch.version, "cuda", cuda)
        monkeypatch.setattr(torch.version, "hip", hip)

    return install


def test_the_cpu_has_none():
    assert driver_of("cpu") == "none"


@pytest.mark.parametrize(
    ("text", "build", "told"),
    [
        ("NVRM version: NVIDIA UNIX x86_64 Kernel Module  570.86.10  Sat", {"cuda": "12.8"},
         "CUDA 12.8, driver 570.86.10"),
        ("6.12.12\n", {"hip": "6.4.1"}, "ROCm 6.4.1, driver 6.12.12"),
        ("", {"cuda": "12.8"}, "CUDA 12.8, driver unknown"),
    ],
)  # fmt: skip
def test_a_gpu_has_that_of_its_kernel_module(installed, text, build, told):
    installed(text, **build)
    assert driver_of("cuda") == driver_of("cuda:1") == told


def test_a_driver_that_tells_nothing_is_unknown(installed, tmp_path):
    installed("", cuda="12.8")
    (tmp_path / "version").unlink()
    assert driver_of("cuda") == "CUDA 12.8, driver unknown"
    assert driver_of("xpu") == "xpu, driver unknown"
