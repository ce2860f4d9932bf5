"""A process that dies takes no figures with it; the rest is measured without whoever did it."""

import json
import sys

import pytest

from conformance.events.loading import UsageError
from conformance.measuring.request import WALL, MeasuringRequest
from conformance.measuring.result import Result
from conformance.measuring.session import MeasuringFailed, measure

POINTS = ({"N": 8}, {"N": 64})

WORKER = """
import json, os, signal, sys
request = json.loads(sys.stdin.readline())
def tell(kind, **values):
    print(json.dumps(dict(kind=kind, **values)), flush=True)
names = [name for name in ("good", "bad") if name not in request["without"]]
tell("machine", device="cpu", name="Toy", architecture="toy", driver="none", versions={},
     cache_bytes=0, timers=["wall"])
for name in names:
    tell("contestant", name=name, group="subject")
for point in request["only"]:
    tell("point", point=point, read=1, written=1, sets=1, beyond_cache=False, along=point + 1)
    for name in names:
        tell("at", point=point, name=name, doing="is called")
        if name == "bad" and point == 1:
            END
    for name in names:
        tell("figure", point=point, name=name, timer="wall", samples=[1.0] * 9)
    tell("done", point=point)
"""


def measured(tmp_path, end, **changes):
    worker = tmp_path / "worker.py"
    worker.write_text(WORKER.replace("END", end))
    request = MeasuringRequest("toy", ("good", "bad"), "cpu", POINTS, (0, 1), 7, **changes)
    result = Result.of("toy", 7, POINTS)
    measure(request, result.hear, (sys.executable, str(worker)))
    return result


@pytest.mark.parametrize(
    ("end", "told"),
    [
        ("os.kill(os.getpid(), signal.SIGSEGV)", "is called: the process died of SIGSEGV"),
        ("print('no memory', file=sys.stderr); sys.exit(5)",
         "the process ended with 5; it wrote: no memory"),
        ("tell('lost', name='bad', message='CUDA error: illegal address'); sys.exit(3)",
         "CUDA error: illegal address"),
    ],
)  # fmt: skip
def test_a_crash_leaves_out_who_caused_it_and_keeps_all_figures(tmp_path, end, told):
    result = measured(tmp_path, end)
    assert result.complete
    assert told in result.left_out["bad"]
    assert result.points[0].summary("bad", WALL).count == 9, "measured before the crash"
    assert result.points[1].summary("bad", WALL) is None
    assert result.points[1].summary("good", WALL).count == 9


def test_a_crash_that_nobody_is_to_blame_for_ends_it(tmp_path):
    with pytest.raises(MeasuringFailed, match="SIGKILL"):
        measured(tmp_path, "tell('at', point=1, name='', doing='builds'); "
                           "os.kill(os.getpid(), signal.SIGKILL)")  # fmt: skip


def test_a_request_that_makes_no_sense_is_told_as_such(tmp_path):
    with pytest.raises(UsageError, match="no such device"):
        measured(tmp_path, "tell('refused', error='SubjectNotFound', message='no such device')")


def test_a_request_survives_its_way_through_json():
    request = MeasuringRequest("toy", ("good",), "cpu", POINTS, (0, 1), 7, settings={"a": "b"})
    assert MeasuringRequest.from_dict(json.loads(json.dumps(request.as_dict()))) == request


def test_a_device_that_is_not_there_is_no_mistake_of_the_user(tmp_path):
    with pytest.raises(MeasuringFailed, match="torch finds no cuda device"):
        measured(tmp_path, "tell('refused', error='DeviceUnavailable', "
                           "message='torch finds no cuda device')")  # fmt: skip
