"""An installed package that offers a family of two operators, and its releases."""

MODULE = '''
import os
from pathlib import Path

from conformance.contract import (
    Aspect, Axis, Budget, Contract, Operator, Output, Promise, Release, TensorArgument
)
from conformance.events.finding import Finding
from conformance.execution.cpu import LockstepCPU
from conformance.subjects.loaded import Loaded
from conformance.catalogue.objects import SubjectBroken, SubjectNotFound
from conformance.subjects.released import SubjectUnavailable

HERE = Path(__file__).parent
VERSIONS = ("1.0", "2.0", "3.0", "4.0")
with open(HERE / "imports", "a") as file:
    file.write(f"{os.getpid()}\\n")


def double(x):
    with open(HERE / "calls", "a") as file:
        file.write(f"{os.getpid()}\\n")
    return 2 * x


def triple(x):
    return 3 * x


def ending(x):
    os._exit(7)


def ending_later(x):
    return os._exit(7) if len(x) > 20 else 2 * x


def sleeping(x):
    import time

    with open(HERE / "calls", "a") as file:
        file.write(f"{os.getpid()}\\n")
    time.sleep(600)


class Elsewhere(LockstepCPU):
    mode = "a toy device"


def load(contract, version):
    """1.0 holds toy_a only, wrong; in 2.0 it ends the process, 3.0 is right, 4.0 is not there."""
    if version == "4.0":
        raise SubjectUnavailable("toys==4.0 is unavailable: no network")
    if version == "1.0" and contract == "toy_b":
        raise SubjectNotFound("toys 1.0 has no toy_b")
    if version == "2.1":
        raise SubjectBroken("toys 2.1: SyntaxError")
    function = {"1.0": triple, "2.0": ending}.get(version, double)
    if contract == "toy_b":
        function = double
    return Loaded(
        function, "toys.py:1", Elsewhere(), "emulated", HERE / "sources" / version
    )


def promise(contract, version):
    return Promise(("N % 4 == 0",), {"x": ("float32",)})


def look(sources, contract, version):
    named = (sources.name, contract, version)
    return [] if named != ("3.0", "toy_b", "3.0") else [Finding("file", "is not as it was")]


def one(contract):
    from conformance.inputs.usual import usual_case

    return [usual_case(contract, "values", N=8), usual_case(contract, "values", N=40)]


def six(contract):
    from conformance.inputs.usual import usual_case

    return [usual_case(contract, "values", N=6)]


def bare(contract):
    return None if contract.name == "toy_a" else "toy_b has none"


ASPECTS = (
    Aspect("right", "Is it right?", one),
    Aspect("beyond", "Is it right beyond what it promises?", six, lacks=bare),
    Aspect("files", "Are its files as they were?", look=look),
    Aspect("never", "Is what is never asked right?", one),
)


def operator(name, **subjects):
    contract = Contract(
        name, "2x", (Axis("N", "numbers", usual=4, edges=(1, 64)),),
        (TensorArgument("x", ("N",), ("float32", "float16"), "x"),),
        (Output("y", ("N",), "x", "2x", budget=Budget(0, 0, "exact")),), lambda x: (2 * x,),
    )
    release = Release(
        "toys", ("toys",), load="toys:load", promise="toys:promise", versions="toys:VERSIONS"
    )
    return Operator(contract, subjects, (release,), ASPECTS)


toy_a = operator("toy_a", right="toys:double", wrong="toys:triple", ending="toys:ending")
toy_b = operator("toy_b", right="toys:double", wrong="toys:triple", ending="toys:double")
'''

ENTRY_POINTS = """
[conformance.operators]
toy_a = toys:toy_a
toy_b = toys:toy_b
[conformance.families]
toys = toy_names:FAMILY
"""

NAMES = ("toy_a", "toy_b")


def install(folder):
    """Put the package into a folder, to be found once the folder is on Python's path."""
    (folder / "toys.py").write_text(MODULE)
    (folder / "toy_names.py").write_text(f"FAMILY = {NAMES!r}\n")
    information = folder / "toys-3.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: toys\nVersion: 3.0\n")
    (information / "entry_points.txt").write_text(ENTRY_POINTS)
    return folder


def processes(folder, what):
    """The processes that imported the package, or called ``double``, in order."""
    path = folder / what
    return path.read_text().split() if path.exists() else []
