"""Whatever a shipped or released function takes, its contract knows of."""

import json
import subprocess
import sys

import pytest

from conformance.catalogue.objects import load_object
from conformance.catalogue.operators import find_operator, operator_names
from conformance.contract import Constant
from conformance.subjects.arguments import parameters_of
from conformance.subjects.released import SubjectUnavailable, load_released

VERSIONS = {"vllm": "0.32.0", "sglang": "0.5.23", "liger-kernel": "0.8.5"}
VENDOR = "0.12.0"
RELEASES = [
    (name, release)
    for name in operator_names()
    for release in find_operator(name).releases
    if not release.load
]
LOADED = [
    (name, release)
    for name in operator_names()
    for release in find_operator(name).releases
    if release.load and find_operator(name).contract.asks == "kernel"
]


def taken(function):
    """The names of what a function or a registered operator takes."""
    registered = getattr(function, "_opoverload", function)
    registered = getattr(registered, "default", registered)
    if schema := getattr(registered, "_schema", None):
        return [argument.name for argument in schema.arguments]
    return list(parameters_of(function))


def known(name):
    """The names of what a contract passes."""
    return [argument.name for argument in find_operator(name).contract.arguments]


@pytest.mark.parametrize("name", operator_names())
def test_what_a_shipped_function_takes_is_an_argument_of_its_contract(name):
    for subject in find_operator(name).subjects.values():
        unknown = set(taken(load_object(subject))) - set(known(name))
        assert not unknown, f"{subject} takes {unknown}, which its contract does not mention"


@pytest.mark.network
@pytest.mark.parametrize(("name", "release"), RELEASES, ids=lambda it: getattr(it, "package", it))
def test_what_a_released_function_takes_is_mentioned(name, release):
    try:
        # Raises SubjectBroken where the function has other parameters than `arguments` lists.
        function = load_released(find_operator(name), release, VERSIONS[release.package]).function
    except SubjectUnavailable as error:
        pytest.skip(f"UNSUPPORTED: {error}")
    if not release.arguments:
        assert len(parameters_of(function)) == len(known(name))
    sources = {s for s in release.arguments.values() if not isinstance(s, Constant)}
    assert sources <= set(known(name))


PROGRAM = """
import json, sys
from conformance.catalogue.operators import find_operator
from conformance.subjects.released import SubjectUnavailable
from conformance.subjects.subject import load_subject
taken = {}
for name in json.loads(sys.argv[1]):
    try:
        function = load_subject(find_operator(name), sys.argv[2]).function
    except SubjectUnavailable as error:
        sys.exit(f"UNSUPPORTED: {error}")
    taken[name] = [argument.name for argument in function.default._schema.arguments]
print(json.dumps(taken))
"""


@pytest.mark.network
def test_what_the_vendor_s_operators_take_is_mentioned():
    # In a process of their own, for they are registered under names that only one may have.
    names = sorted({name for name, _ in LOADED})
    command = [sys.executable, "-c", PROGRAM, json.dumps(names), f"vllm-rbln=={VENDOR}"]
    done = subprocess.run(command, capture_output=True, text=True)
    if "UNSUPPORTED" in done.stderr:
        pytest.skip(done.stderr.strip().rpartition("\n")[2])
    assert done.returncode == 0, done.stderr
    for name, parameters in json.loads(done.stdout.rpartition("\n{")[2] or done.stdout).items():
        assert not set(parameters) - set(known(name)), name
