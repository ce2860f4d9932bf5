"""A subject that cannot be loaded fails; one that does not exist is a usage error."""

from dataclasses import replace

import pytest

from conformance.asking.in_process import InProcessSession
from conformance.events.request import Limits
from conformance.events.verdict import Verdict
from conformance.runs.session import Session, UsageError

from .workers import RIGHT, asked, request


def in_process(asking):
    """What comes of loading in this process."""
    return InProcessSession(asking, lambda event: None, None, None).load()


BROKEN = [
    ("raise RuntimeError('no licence')", "RuntimeError: no licence"),
    ("def route(", "SyntaxError"),
    ("import ctypes; ctypes.string_at(0)", "crashed with SIGSEGV"),
    ("import os; print('so long'); os._exit(7)", "exit code 7; its output ends: so long"),
]


@pytest.mark.parametrize(("body", "reason"), BROKEN)
def test_a_subject_that_cannot_be_loaded_fails(tmp_path, body, reason):
    (loaded,), events = asked(request(tmp_path, body))
    assert (loaded.verdict, loaded.check) == (Verdict.FAIL, "load")
    assert reason in loaded.reason
    assert loaded.failures[0].findings[0].got == loaded.reason
    assert events == []


def test_a_subject_that_hangs_while_it_is_imported_fails(tmp_path):
    limits = Limits(load_seconds=1.0)
    (loaded,), _ = asked(request(tmp_path, "while True: pass", limits))
    assert (loaded.verdict, loaded.reason) == (Verdict.FAIL, "no end after 1 s")


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"subject": "/nowhere/subject.py:route"}, "no file /nowhere/subject.py"),
        ({"subject": "route"}, "no subject 'route' of gemma4_routing; known: triton, torch"),
        ({"operator": "no_such"}, "no operator 'no_such'; known: .*gemma4_routing"),
        ({"operator": "/dev/null.py:CONTRACT"}, "no file /dev/null.py"),
        ({"waivers": ("/nowhere/waivers.toml",)}, "/nowhere/waivers.toml: No such file"),
    ],
)
def test_what_does_not_exist_is_a_usage_error(tmp_path, change, complaint):
    with pytest.raises(UsageError, match=complaint):
        in_process(replace(request(tmp_path, RIGHT.format(line="pass")), **change))


def test_a_usage_error_reaches_whoever_asked_from_the_other_process(tmp_path):
    asking = request(tmp_path, RIGHT.format(line="pass"))
    with pytest.raises(UsageError, match=r"known: .*gemma4_routing"):
        asked(replace(asking, operator="no_such"))


@pytest.mark.parametrize("session", [asked, in_process])
def test_a_contract_that_cannot_be_loaded_is_a_usage_error_and_no_failure(tmp_path, session):
    asking = request(tmp_path, "route = 1 / 0")
    with pytest.raises(UsageError, match=r"no contract: .*ZeroDivisionError"):
        session(replace(asking, operator=asking.subject))


MISTAKEN = """
from conformance.contract import Axis, Budget, Contract, Output, TensorArgument
def reference(x):
    if len(x) not in (1, 4): raise IndexError("broke")
    return (2 * x,)
CONTRACT = Contract(
    "double", "2x", (Axis("N", "numbers"),), (TensorArgument("x", ("N",), ("float32",), "x"),),
    (Output("y", ("N",), "x", "2x", budget=Budget(0, 0, "exact")),), reference,
)
def double(x): return 2 * x
"""


def mistaken(folder):
    asking = request(folder, MISTAKEN)
    file = asking.subject.partition(":")[0]
    return replace(asking, operator=f"{file}:CONTRACT", subject=f"{file}:double")


@pytest.mark.parametrize("opened", [Session, lambda r, e: InProcessSession(r, e, None, None)])
def test_a_contract_that_turns_out_wrong_when_it_is_asked_is_a_usage_error(tmp_path, opened):
    with opened(mistaken(tmp_path), lambda event: None) as session:
        assert session.load().verdict is Verdict.PASS
        line = "double@values@N=3,x=float32/normal/dense,seed=0"
        with pytest.raises(UsageError, match="reference: raises IndexError: broke"):
            session.ask("values", "?")
        with pytest.raises(UsageError, match="reference: raises IndexError: broke"):
            session.replay("values", "?", line)


@pytest.mark.parametrize("session", [asked, in_process])
def test_a_contract_that_is_wrong_when_it_is_loaded_is_a_usage_error(
    tmp_path, session, monkeypatch
):
    body = "from conformance.contract import ContractMistake\n"
    asking = request(tmp_path, body + "raise ContractMistake('c', 'axes', 'unknown word')")
    with pytest.raises(UsageError, match="contract c, axes: unknown word"):
        session(replace(asking, operator=asking.subject))


def test_kept_cases_that_cannot_be_read_do_not_keep_the_subject_from_being_asked(tmp_path):
    (tmp_path / "gemma4_routing.json").write_text('[{"case": "nonsense"}]')
    loaded = in_process(request(tmp_path, RIGHT.format(line="pass"), store=str(tmp_path)))
    assert loaded.verdict is Verdict.PASS


def test_a_device_that_is_not_there_is_unsupported(tmp_path):
    loaded = in_process(replace(request(tmp_path, RIGHT.format(line="pass")), device="xpu"))
    assert loaded.verdict is Verdict.UNSUPPORTED
    assert "finds no xpu device" in loaded.reason


def test_both_kinds_of_session_say_the_same_of_a_broken_subject(tmp_path):
    asking = request(tmp_path, "raise RuntimeError('no licence')")
    (there,), _ = asked(asking)
    assert replace(in_process(asking), seconds=0.0) == replace(there, seconds=0.0)
