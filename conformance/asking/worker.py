"""The process in which a subject runs: reads orders on standard input, writes events to a pipe.

Every line of the pipe is a JSON object: an event; a marker of the phase that the process is in, so
that whoever watches can tell a subject that hangs from a suite that does; or a failure of the check
that goes on, so that it is known even if the subject ends the process.
"""

import gc
import json
import os
import sys
from collections.abc import Callable
from typing import Any

from conformance.events.events import Event, Failure
from conformance.events.loading import refusal_of
from conformance.events.wire import failure_to_dict, to_dict


def main(arguments: list[str]) -> int:
    """``python -m conformance.asking.worker FD``; the request is the first line of input."""
    pipe = os.fdopen(int(arguments[0]), "w", buffering=1)

    def say(data: dict[str, Any]) -> None:
        pipe.write(json.dumps(data) + "\n")

    def emit(event: Event) -> None:
        say(to_dict(event))

    def heard(failure: Failure) -> None:
        say({"found": failure_to_dict(failure)})

    def around(function: Callable[..., Any]) -> Callable[..., Any]:
        def called(*args: Any) -> Any:
            say({"phase": "call"})
            try:
                return function(*args)
            finally:
                say({"phase": "judge"})

        return called

    def load(line: str) -> Any:
        say({"phase": "load"})
        try:
            runner = _load(line, emit, around, heard)
            emit(runner.ready())
        except Exception as error:
            say({"refused": refusal_of(error), "message": str(error)})
            return None
        return runner

    runner = load(sys.stdin.readline())
    _spare_the_collector()
    from conformance.contract import ContractMistake
    from conformance.execution.device_lost import DeviceLost

    for line in sys.stdin:
        order = json.loads(line)
        try:
            if "load" in order:
                runner = load(order["load"])
            elif "case" in order:
                emit(runner.replay(order["case"]))
            elif "aspect" in order:
                emit(runner.examine(order["aspect"]))
            else:
                emit(runner.ask(order["check"], order.get("died")))
        except DeviceLost as lost:
            say({"lost": str(lost), "faulted": lost.faulted})
            return 0
        except ContractMistake as mistake:
            say({"refused": refusal_of(mistake), "message": str(mistake)})
    return 0


def _spare_the_collector() -> None:
    """Keep what is imported by now out of collections, and collect less often.

    Walking through torch and Triton again and again takes a sixth of a run.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def _load(
    request_line: str,
    emit: Callable[[Event], None],
    around: Callable[..., Any],
    heard: Callable[[Failure], None],
):
    from conformance.asking.runner import SubjectRunner
    from conformance.events.request import Request

    return SubjectRunner(Request.from_json(request_line), emit, around, heard=heard)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
