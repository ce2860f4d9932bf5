"""A loaded subject that can be asked: what runs beside the subject."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import sleep

from conformance.asking.ahead import compile_ahead, compiling
from conformance.asking.decided import decided, settled
from conformance.asking.driver import driver_of
from conformance.asking.examine import examine
from conformance.asking.explore import explore
from conformance.asking.looked import LookedBench, looked
from conformance.asking.opened import Opens
from conformance.asking.remote.died import SubjectDied
from conformance.asking.validated import validated
from conformance.capture.folder import captured_calls
from conformance.case import Case
from conformance.catalogue.operators import find_operator, with_settings
from conformance.checks import DEVICE_CHECKS, OF_CAPTURED_CALLS, checks_of, find_check
from conformance.checks.check import Check
from conformance.checks.listing import with_those_of_devices
from conformance.contract import ContractMistake, Operator, Promise, narrowed
from conformance.events.events import (
    CaseLooked,
    CaseStarted,
    CheckFinished,
    Compiling,
    Event,
    Failure,
    Ready,
)
from conformance.events.finding import Kind, distinct
from conformance.events.request import Request
from conformance.events.verdict import NotSupported, Verdict
from conformance.execution.bench import Bench
from conformance.execution.later import LateWrites
from conformance.inputs.captured import is_captured, problem_of
from conformance.inputs.fit import misfit
from conformance.policy.stored import Store
from conformance.policy.waivers import load_waivers
from conformance.subjects.names import default_subject

_LOOK = 0.2
"""Seconds between two looks at whether everything is compiled."""


class SubjectRunner:
    """A subject on a device. ``emit`` gets events; ``opens`` opens the subject.

    ``heard`` gets every failure as soon as there is one, before it is made smaller. ``operator``
    replaces what the request names.

    Raises what ``opens``, :func:`load_waivers` and :meth:`Store.cases` raise, and
    :class:`~conformance.contract.ContractMistake`.
    """

    def __init__(
        self,
        request: Request,
        emit: Callable[[Event], None],
        opens: Opens,
        operator: Operator | None = None,
        heard: Callable[[Failure], None] = lambda failure: None,
    ) -> None:
        self.request = request
        self.emit = emit
        self.heard = heard
        operator = with_settings(operator or find_operator(request.operator), request.settings)
        validated(operator)
        name = default_subject(operator) if request.subject is None else request.subject
        self.waivers = load_waivers(map(Path, request.waivers), request.shipped_waivers)
        store = Store(Path(request.store) if request.store else None)
        self.stored = store.cases(operator.contract.name, name)
        captured = captured_calls(Path(request.cases)) if request.cases else None
        self.subject = subject = opens(request, operator, name)
        promise = subject.promise
        contract = narrowed(
            operator.contract, promise.within, promise.dtypes, promise.without, promise.words
        )
        self.operator = operator
        self._compiled: set[str] = set()
        """The checks of which all that they launch is compiled, or was begun to be."""
        late = LateWrites()
        self.bench = Bench(
            contract, subject.function, subject.device, request.profile, late, captured
        )
        # What is asked by name is asked in full, whatever the subject promises.
        self._whole = replace(self.bench, contract=operator.contract)

    def ready(self) -> Ready:
        """What there is to say once the subject is loaded."""
        subject = self.subject
        return Ready(
            self.bench.contract.name,
            subject.name,
            subject.device.mode,
            {check.id: check.question for check in self._known_checks()},
            subject.origin,
            subject.execution,
            _limits(subject.promise),
            self.bench.contract.not_asked,
            subject.stood_in,
            driver_of(subject.device.torch_device),
            subject.judged,
            subject.isolation,
        )

    def ask(self, check_id: str) -> CheckFinished:
        """The verdict of one check."""
        request = self.request
        self._compile_ahead(check_id)
        concerned = [
            waiver
            for waiver in self.waivers
            if waiver.concerns(
                self.bench.contract.name, self.subject.known_as, check_id, request.device
            )
        ]
        return explore(
            find_check(check_id),
            self.bench,
            request.profile,
            request.seed,
            self.stored,
            concerned,
            lambda case, number: self.emit(CaseStarted(check_id, str(case), number)),
            self.heard,
        )

    def examine(self, aspect_id: str) -> CheckFinished:
        """The verdict of one aspect of the operator, whatever the subject promises."""
        aspect = next(a for a in self.operator.aspects if a.id == aspect_id)
        return examine(
            aspect,
            self._whole,
            self.subject,
            lambda case, number: self.emit(CaseStarted(aspect_id, str(case), number)),
        )

    def replay(self, line: str) -> CheckFinished:
        """The verdict of one case, without waivers."""
        case = Case.parse(line)
        check = find_check(case.check)
        if problem := self._misfit(case):
            reason = f"the case does not fit the contract: {problem}"
            return CheckFinished(check.id, check.question, Verdict.NOT_RUN, reason=reason)
        self.emit(CaseStarted(check.id, line, 1))
        bench = LookedBench.of(self._whole)
        try:
            findings = distinct(decided(check, bench, case))
            findings += [finding for _, finding in settled(bench, case)]
            if lines := looked(bench, case, findings, self.request.dump):
                self.emit(CaseLooked(check.id, line, tuple(lines)))
        except NotSupported as error:
            return CheckFinished(check.id, check.question, Verdict.UNSUPPORTED, 1, 0.0, str(error))
        except ContractMistake:
            raise
        except Exception as error:  # the suite's own fault must never look like the subject's
            reason = f"{type(error).__name__}: {error}"
            return CheckFinished(check.id, check.question, Verdict.ERROR, 1, 0.0, reason)
        verdict = Verdict.FAIL if findings else Verdict.PASS
        failures = (Failure(line, tuple(findings)),) if findings else ()
        died = next((finding.message for finding in findings if finding.kind is Kind.DIED), "")
        return CheckFinished(check.id, check.question, verdict, 1, 0.0, died, failures)

    def compile_ahead(self, sign: Callable[[], None]) -> bool:
        """Have compiled what all checks launch that will be asked, and wait; whether it is.

        What other runs have compiled goes first. ``sign`` is called again and again meanwhile.
        """
        signatures = self._compile_ahead(patient=True)
        try:
            while compiling(self.bench):
                sign()
                sleep(_LOOK)
        except SubjectDied:
            self.bench.late.forget()
            return False
        return signatures > 0

    def _compile_ahead(self, *check_ids: str, patient: bool = False) -> int:
        """Have compiled what these checks launch, and all that will be asked after them.

        Returns how many signatures there are.
        """
        request = self.request
        if request.compiled or (check_ids and self._compiled.issuperset(check_ids)):
            return 0
        known = {check.id: check for check in self._known_checks()}
        others = () if request.asked is None else request.asked or known
        coming = {*check_ids, *others}
        checks = [check for name, check in known.items() if name in coming - self._compiled]
        self._compiled |= coming
        return compile_ahead(
            self.bench, checks, request.profile, request.seed, self._compiling, patient
        )

    def _compiling(self, signatures: int, trouble: str) -> None:
        self.emit(Compiling(signatures, trouble))

    def _known_checks(self) -> tuple[Check, ...]:
        contract = self.operator.contract
        compiled = DEVICE_CHECKS if self.bench.has() and contract.asks != "generation" else ()
        captured = OF_CAPTURED_CALLS if self.bench.captured else ()
        return (*with_those_of_devices(checks_of(contract), compiled), *captured)

    def _misfit(self, case: Case) -> str | None:
        if is_captured(case):
            return problem_of(self._whole.contract, case, self.bench.captured)
        return misfit(case, self._whole.contract)


def _limits(promise: Promise) -> tuple[str, ...]:
    dtypes = (f"{name} {' or '.join(names)}" for name, names in promise.dtypes.items())
    words = (f"{name} {', '.join(known)}" for name, known in promise.words.items())
    return (*promise.within, *dtypes, *(f"no {name}" for name in promise.without), *words)
