"""Devices come by name from whatever package offers them."""

import os
import subprocess
import sys

import pytest
import torch

import conformance
from conformance.catalogue.devices import (
    DeviceName,
    DeviceUnavailable,
    devices,
    open_device,
    parse_device,
)
from conformance.catalogue.objects import SubjectNotFound
from conformance.runs.session import UsageError

from ..cli.command import QUICK
from ..cli.command import conformance as command
from .package import install


@pytest.fixture
def package(tmp_path, monkeypatch):
    install(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), *sys.path[1:]]))


def test_the_suites_own_devices_are_offered_like_any_other(package):
    assert {"cpu", "cuda", "xpu", "rbln"} < set(devices())
    assert devices()["toy"] == "toy_device:Toy"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("cpu", DeviceName("cpu")),
        ("cuda:0", DeviceName("cuda", 0)),
        ("cuda:17", DeviceName("cuda", 17)),
        ("cpu:config=0", DeviceName("cpu", None, 0)),
        ("cpu:0:config=12", DeviceName("cpu", 0, 12)),
    ],
)
def test_a_name_may_come_with_an_ordinal_and_a_configuration(text, name):
    assert parse_device(text) == name and str(name) == text


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("cdua", "no device 'cdua'; known: cpu, cuda, rbln, xpu; did you mean cuda?"),
        ("npu:1", "no device 'npu'; known: cpu, cuda, rbln, xpu"),
        ("", "no device ''; known: "),
        ("cuda:", "'cuda:' names no device: after cuda: comes a number from 0"),
        ("cuda:-1", "'cuda:-1' names no device"),
        ("cuda:²", "'cuda:²' names no device"),
        ("cpu:config=", "'cpu:config=' names no configuration: after config= comes a number"),
        ("cpu:config=-1", "'cpu:config=-1' names no configuration"),
        ("cpu:config", "'cpu:config' names no device"),
    ],
)
def test_what_names_no_device_is_told_with_the_known_ones(text, complaint):
    with pytest.raises(SubjectNotFound) as error:
        parse_device(text)
    assert complaint in str(error.value)


def test_python_is_told_a_mistyped_device_as_a_usage_error():
    with pytest.raises(UsageError, match=r"no device 'cdua'.* did you mean cuda"):
        conformance.check("gemma4_routing", device="cdua", profile="quick")


def test_names_are_read_without_torch():
    code = "import sys; from conformance.catalogue.devices import *; devices(); parse_device('cpu')"
    code += "\nprint('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("False\n", "")


def test_a_package_gets_the_ordinal_that_the_user_gives(package):
    assert open_device("toy").mode == "toy number 0"
    assert open_device("toy:1").mode == "toy number 1"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("cpu:1", "torch knows one cpu device, there is no cpu:1"),
        ("toy:2", "there is no toy:2, the machine holds 2"),
        ("broken", "device broken cannot be imported from no_such_module:Device: ModuleNotFound"),
    ],
)
def test_a_device_that_is_not_there_says_why(package, text, reason):
    with pytest.raises(DeviceUnavailable) as error:
        open_device(text)
    assert str(error.value).startswith(reason)


def test_only_devices_that_emulate_take_a_configuration(package):
    assert "configuration 3 of autotuned kernels" in open_device("cpu:config=3").mode
    with pytest.raises(SubjectNotFound, match="on toy autotuned kernels choose their config"):
        open_device("toy:config=3")


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device here")
@pytest.mark.parametrize("text", ["cuda", "cuda:1"])
def test_a_machine_without_a_gpu_says_so(text):
    with pytest.raises(DeviceUnavailable, match="finds no cuda device"):
        open_device(text)


def test_the_command_runs_a_subject_on_a_packages_device(package):
    words = ["check", "gemma4_routing", *QUICK, "--subject", "torch", "--device"]
    done = command(*words, "toy:1")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "\non toy number 1; torch " in done.stdout
    done = command(*words, "toy:2")
    assert done.returncode == 3
    assert "there is no toy:2, the machine holds 2" in done.stdout
