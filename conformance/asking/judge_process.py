"""The judge's process: it reads orders, asks, and writes events. No code of a subject runs here.

Every line that it writes is a JSON object: an event; a failure of the check that goes on, so that
it is known even if this process ends; or a sign that it goes on.
"""

import gc
import json
import os
import socket
from typing import Any

from conformance.asking.opened import opened_there
from conformance.asking.registration import RegistrationRunner
from conformance.asking.remote.process import Zygote
from conformance.asking.remote.subject import RemoteSubject
from conformance.asking.runner import SubjectRunner
from conformance.contract import ContractMistake
from conformance.events.events import Event, Failure
from conformance.events.loading import refusal_of
from conformance.events.request import Request
from conformance.events.wire import failure_to_dict, to_dict


def main(orders: int, messages: int, zygote: socket.socket) -> int:
    """Serve until there are no more orders. The first one is the request."""
    judge = JudgeProcess(messages, zygote)
    _spare_the_collector()
    try:
        with os.fdopen(orders) as lines:
            judge.load(lines.readline())
            for line in lines:
                judge.obey(json.loads(line))
    finally:
        judge.close()
    return 0


class JudgeProcess:
    """Carries out what the front orders, with the subject in a process beside it."""

    def __init__(self, messages: int, zygote: socket.socket) -> None:
        self._pipe = os.fdopen(messages, "w", buffering=1)
        self._zygote = Zygote(zygote, lambda: self._say({"sign": "of life"}))
        self._remote: RemoteSubject | None = None
        self._runner: SubjectRunner | RegistrationRunner | None = None

    def load(self, line: str) -> None:
        """Load the subject of a request (JSON)."""
        self._runner = None
        try:
            request = Request.from_json(line)
            self._remote = self._remote or RemoteSubject(self._zygote, request.limits)
            if request.registration is not None and not request.registration.operator:
                self._say({"registered": self._remote.list_registered(request)})
                return
            if request.registration is not None:
                self._runner = RegistrationRunner(request, self._emit, self._remote, self._heard)
            else:
                opens = opened_there(self._remote)
                self._runner = SubjectRunner(request, self._emit, opens, heard=self._heard)
            self._emit(self._runner.ready())
        except Exception as error:
            self._say({"refused": refusal_of(error), "message": str(error)})

    def obey(self, order: dict[str, str]) -> None:
        """Load another subject, or ask the one that is loaded."""
        if "load" in order:
            self.load(order["load"])
            return
        assert self._runner is not None, "load comes first"
        try:
            if "ahead" in order:
                assert isinstance(self._runner, SubjectRunner)
                compiled = self._runner.compile_ahead(lambda: self._say({"sign": "of life"}))
                self._say({"compiled": compiled})
            elif "case" in order:
                self._emit(self._runner.replay(order["case"]))
            elif "aspect" in order:
                assert isinstance(self._runner, SubjectRunner)
                self._emit(self._runner.examine(order["aspect"]))
            else:
                self._emit(self._runner.ask(order["check"]))
        except ContractMistake as mistake:
            self._say({"refused": refusal_of(mistake), "message": str(mistake)})

    def close(self) -> None:
        """End the subject."""
        if self._remote is not None:
            self._remote.close()

    def _say(self, data: dict[str, Any]) -> None:
        self._pipe.write(json.dumps(data) + "\n")

    def _emit(self, event: Event) -> None:
        self._say(to_dict(event))

    def _heard(self, failure: Failure) -> None:
        self._say({"found": failure_to_dict(failure)})


def _spare_the_collector() -> None:
    """Keep what is imported by now out of collections, and collect less often.

    Walking through torch again and again takes a sixth of a run.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
