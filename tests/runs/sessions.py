"""Stands for a session: answers as it was told."""

from conformance.events.events import CaseStarted, CheckFinished, Failure, Ready
from conformance.events.request import Request
from conformance.events.verdict import Verdict

from ..asking.toy import PROFILE

REQUEST = Request("double", None, "cpu", PROFILE, 1)
READY = Ready("double", "own", "cpu", {"a": "A?", "b": "B?", "c": "C?"}, "")
LOADED = CheckFinished("load", "?", Verdict.PASS)


class FakeSession:
    """``answers`` maps checks and aspects to verdicts, failures, events or exceptions.

    ``cases`` are told before each answer.
    """

    def __init__(self, answers=(), loaded=LOADED, cases=()):
        self.answers, self.loaded, self.ready, self.closed = dict(answers), loaded, None, False
        self.cases, self.asked = cases, []

    def __call__(self, request, emit):
        self.emit = emit
        return self

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.closed = True

    def load(self):
        if self.loaded.verdict is Verdict.PASS:
            self.ready = READY
            self.emit(READY)
        return self.loaded

    def ask(self, check, question):
        self.asked.append(check)
        for number, case in enumerate(self.cases, 1):
            self.emit(CaseStarted(check, case, number))
        answer = self.answers.get(check, Verdict.PASS)
        if isinstance(answer, BaseException):
            raise answer
        if isinstance(answer, CheckFinished):
            return answer
        if isinstance(answer, Failure):
            return CheckFinished(check, question, Verdict.FAIL, failures=(answer,))
        return CheckFinished(check, question, answer)

    examine = ask

    def replay(self, check, question, line):
        self.asked.append(line)
        return CheckFinished(check, question, self.answers.get(check, Verdict.PASS))
