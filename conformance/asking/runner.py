"""A loaded subject that can be asked: what runs beside the subject."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from conformance.asking.driver import driver_of
from conformance.asking.examine import examine
from conformance.asking.explore import explore
from conformance.asking.judged import judged_code
from conformance.case import Case
from conformance.catalogue.devices import open_device
from conformance.catalogue.operators import find_operator
from conformance.checks import CHECKS, find_check
from conformance.contract import ContractMistake, Operator, narrowed
from conformance.contract.validation.validate import validate
from conformance.events.events import CaseStarted, CheckFinished, Event, Failure, Ready
from conformance.events.finding import distinct
from conformance.events.request import Request
from conformance.events.verdict import NotSupported, Verdict
from conformance.execution.bench import Bench
from conformance.inputs.fit import misfit
from conformance.inputs.validate import validate_inputs
from conformance.judge.validate import validate_reference
from conformance.policy.stored import Store
from conformance.policy.waivers import load_waivers
from conformance.subjects.loaded import Loaded
from conformance.subjects.names import default_subject
from conformance.subjects.subject import load_subject, subject_of
from conformance.wheels.deadline import within

FETCH_SHARE = 0.8
"""Share of the time for loading that fetching may take: its limit is told, the other one kills."""


class SubjectRunner:
    """A subject on a device. ``emit`` gets events; ``around`` wraps every call of the subject.

    ``heard`` gets every failure as soon as there is one, before it is made smaller. ``function``
    and ``operator`` replace what the request names.

    Raises what :func:`load_subject`, :func:`open_device`, :func:`load_waivers` and
    :meth:`Store.cases` raise.
    """

    def __init__(
        self,
        request: Request,
        emit: Callable[[Event], None],
        around: Callable[[Callable[..., Any]], Callable[..., Any]] = lambda function: function,
        function: Callable[..., Any] | None = None,
        operator: Operator | None = None,
        heard: Callable[[Failure], None] = lambda failure: None,
    ) -> None:
        self.request = request
        self.emit = emit
        self.heard = heard
        operator = operator or find_operator(request.operator)
        try:
            validate(operator.contract)
            validate_inputs(operator.contract)
            validate_reference(operator.contract)
        except ContractMistake as mistake:
            raise mistake.within(operator.contract.name) from mistake.__cause__
        name = default_subject(operator) if request.subject is None else request.subject
        self.waivers = load_waivers(Path(path) for path in request.waivers)
        store = Store(Path(request.store) if request.store else None)
        self.stored = store.cases(operator.contract.name)
        with within(FETCH_SHARE * request.limits.load_seconds):
            self.subject = (
                subject_of(operator, name, function)
                if function is not None
                else load_subject(operator, name)
            )
        contract, loaded = operator.contract, self.subject.loaded
        if loaded is not None:
            contract = narrowed(contract, loaded.within, loaded.dtypes, loaded.without)
        self.device = (loaded and loaded.device) or open_device(request.device)
        self.operator = operator
        self._in_process = function is not None
        called = around(self.subject.function)
        self.bench = Bench(contract, called, self.device, request.profile)
        # What is asked by name is asked in full, whatever the subject promises.
        self._whole = Bench(operator.contract, called, self.device, request.profile)

    def ready(self) -> Ready:
        """What there is to say once the subject is loaded."""
        loaded = self.subject.loaded
        return Ready(
            self.bench.contract.name,
            self.subject.name,
            self.device.mode,
            {check.id: check.question for check in CHECKS},
            self.subject.origin,
            loaded.execution if loaded else "",
            _limits(loaded) if loaded else (),
            self.bench.contract.not_asked,
            loaded.stood_in if loaded else (),
            driver_of(self.device.torch_device),
            judged_code(self.subject, text_only=self._in_process),
        )

    def ask(self, check_id: str, died: str | None = None) -> CheckFinished:
        """The verdict of one check, without the case (a line) in which the subject has died."""
        request = self.request
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
            Case.parse(died) if died else None,
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
        if problem := misfit(case, self._whole.contract):
            reason = f"the case does not fit the contract: {problem}"
            return CheckFinished(check.id, check.question, Verdict.NOT_RUN, reason=reason)
        self.emit(CaseStarted(check.id, line, 1))
        try:
            findings = distinct(check.decide(self._whole, case))
        except NotSupported as error:
            return CheckFinished(check.id, check.question, Verdict.UNSUPPORTED, 1, 0.0, str(error))
        except ContractMistake:
            raise
        except Exception as error:  # the suite's own fault must never look like the subject's
            reason = f"{type(error).__name__}: {error}"
            return CheckFinished(check.id, check.question, Verdict.ERROR, 1, 0.0, reason)
        verdict = Verdict.FAIL if findings else Verdict.PASS
        failures = (Failure(line, tuple(findings)),) if findings else ()
        return CheckFinished(check.id, check.question, verdict, 1, failures=failures)


def _limits(loaded: Loaded) -> tuple[str, ...]:
    dtypes = (f"{name} {' or '.join(names)}" for name, names in loaded.dtypes.items())
    return (*loaded.within, *dtypes, *(f"no {name}" for name in loaded.without))
