"""Small operators of other people's engines: own implementations conform, faults are found."""

from importlib import import_module
from pathlib import Path

import conformance_kernels
import pytest

import conformance
from conformance.catalogue.objects import load_object
from conformance.catalogue.operators import find_operator
from conformance.events.request import Profile
from conformance.events.verdict import Verdict

NAMES = ("rms_norm", "silu_and_mul", "per_token_quant_int8", "merge_attn_states",
         "reshape_and_cache")  # fmt: skip
SMALL = Profile("test", "", examples=20, largest=100_000, shrink_seconds=1.0)
FAULTS = [
    (name, fault)
    for name in NAMES
    for fault in import_module(f"conformance_kernels.{name}.faults").FAULTS
]


@pytest.mark.parametrize("name", NAMES)
def test_contract_and_reference_take_one_short_file(name):
    (package,) = conformance_kernels.__path__
    text = (Path(package) / name / "contract.py").read_text()
    assert "CONTRACT = " in text and "def reference(" in text
    assert len(text.splitlines()) <= 40


@pytest.mark.parametrize("name", NAMES)
def test_nothing_of_the_suite_knows_them(name):
    (package,) = conformance.__path__
    assert not [path for path in Path(package).rglob("*.py") if name in path.read_text()]


@pytest.mark.parametrize("name", NAMES)
def test_the_own_implementation_conforms(name):
    operator = find_operator(name)
    function = load_object(next(iter(operator.subjects.values())))
    report = conformance.check(operator, function, profile=SMALL, seed=1)
    assert report.verdict is Verdict.PASS


def test_there_are_three_faults_each():
    assert [name for name, _ in FAULTS] == [name for name in NAMES for _ in range(3)]


@pytest.mark.parametrize(("name", "fault"), FAULTS, ids=[f"{n}-{f.id}" for n, f in FAULTS])
def test_a_fault_is_found(name, fault):
    report = conformance.check(find_operator(name), fault.function, profile=SMALL, seed=1)
    assert report.verdict is Verdict.FAIL
    assert report[fault.caught_by].verdict is Verdict.FAIL


@pytest.mark.parametrize(
    "subject", ["torch", pytest.param("vllm==0.32.0", marks=pytest.mark.network)]
)
def test_a_part_of_larger_tensors_is_read_and_written(subject):
    names = ("key", "value", "key_cache", "value_cache")
    tensors = ",".join(f"{name}=bfloat16/normal/half" for name in names)
    case = f"T=7,NB=5,P=4,H=3,D=8,{tensors},slot_mapping=int64/uniform/dense,seed=1"
    report = conformance.replay(f"reshape_and_cache@layout@{case}", "reshape_and_cache", subject)
    if report.verdict is Verdict.UNSUPPORTED:
        pytest.skip(f"UNSUPPORTED: {report.reason}")
    assert report.verdict is Verdict.PASS
