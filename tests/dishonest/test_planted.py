"""The planted operators are what they say: registered when asked, and as opcheck sees them."""

import json
import subprocess
import sys

import pytest
from conformance_kernels.dishonest import FAULTS, HONEST

ALL = {**FAULTS, **HONEST}

_OPCHECK = """
import json, torch
from conformance_kernels.dishonest import FAULTS, HONEST
found = {}
for each in (*FAULTS.values(), *HONEST.values()):
    each.plant(each.namespace)
    example = each.example()
    named = isinstance(example, dict)
    call = ((), example) if named else (example, {})
    try:
        torch.library.opcheck(getattr(torch.ops, each.namespace).op.default, *call)
        found[each.id] = ""
    except Exception as error:
        found[each.id] = f"{type(error).__name__}: {error}"[:300]
    torch.set_default_dtype(torch.float32)
print(json.dumps(found))
"""


def printed(program: str) -> str:
    ended = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program], capture_output=True, text=True, timeout=400
    )
    assert ended.returncode == 0, ended.stderr[-2000:]
    return ended.stdout.splitlines()[-1]


@pytest.fixture(scope="module")
def opcheck():
    """What `torch.library.opcheck` says of each of them, empty if nothing."""
    return json.loads(printed(_OPCHECK))


def test_importing_them_registers_nothing():
    program = """
import torch
before = set(torch._C._dispatch_get_all_op_names())
import conformance_kernels.dishonest
after = set(torch._C._dispatch_get_all_op_names())
print([name for name in after - before if "honest" in name])
"""
    assert printed(program) == "[]"


@pytest.mark.parametrize("id", [name for name, each in ALL.items() if each.opcheck is not None])
def test_opcheck_sees_what_is_written_down(opcheck, id):
    assert (not opcheck[id]) == ALL[id].opcheck, opcheck[id]


def test_most_lies_pass_opcheck():
    assert sum(fault.opcheck is True for fault in FAULTS.values()) >= 11


def test_namespaces_are_apart():
    assert len({each.namespace for each in ALL.values()}) == len(FAULTS) + len(HONEST)


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_lie_is_a_sentence_and_names_the_checks_that_find_it(fault):
    assert fault.lie.endswith(".") and fault.caught_by
