"""Stands for the processes of a family: what they were asked, and what they answer."""

import threading

from conformance.events.events import CheckFinished, Failure, Ready
from conformance.events.request import Request
from conformance.events.verdict import Verdict
from conformance.runs.plan import Checks, Plan

from ..asking.toy import PROFILE


class Sessions:
    """Stands for sessions in processes: what they were asked, and what they answer.

    ``answers`` maps operators to verdicts, failures, exceptions, or functions that give one.
    ``starts`` is what each would start its judge with. ``compiled`` is what was compiled ahead and
    where; that takes until the event ``compiles`` is set, if there is one.
    """

    def __init__(self, answers):
        self.answers, self.opened, self.log, self.starts = answers, [], [], []
        self.compiled, self.compiles = [], None

    def __call__(self, request, emit, start=None):
        self.starts.append(start)
        self.opened.append(FakeSession(self))
        return self.opened[-1]


class FakeSession:
    def __init__(self, sessions):
        self.sessions, self.ready, self.killed, self.closed = sessions, None, threading.Event(), 0

    def turn_to(self, request, emit):
        self.operator = request.operator
        self.ready = Ready(request.operator, "own", "cpu", {"a": "A?", "b": "B?"}, "", "device")
        self.sessions.log.append((self.sessions.opened.index(self), request.operator))
        emit(self.ready)
        return CheckFinished("load", "?", Verdict.PASS)

    def ask(self, check, question):
        answer = self.sessions.answers.get(self.operator, Verdict.PASS)
        if callable(answer) and not isinstance(answer, type):
            answer = answer(self)
        if isinstance(answer, BaseException):
            raise answer
        if isinstance(answer, Failure):
            return CheckFinished(check, question, Verdict.FAIL, failures=(answer,))
        return CheckFinished(check, question, answer)

    def compile_ahead(self):
        self.sessions.compiled.append((self.sessions.opened.index(self), self.operator))
        while self.sessions.compiles and not self.killed.is_set():
            if self.sessions.compiles.wait(0.01):
                break

    def kill(self):
        self.killed.set()

    def close(self):
        self.closed += 1


def plans(names, checks=(), device="cpu"):
    return [Plan(Request(name, None, device, PROFILE, 1), Checks(checks)) for name in names]
