"""What runs where: texts in a process of their own, Python's objects in this one."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from conformance.contract import Contract, Operator
from conformance.events.loading import UsageError
from conformance.runs.names import check_names
from conformance.runs.run import OpenSession
from conformance.runs.session import Session


def named(operator: Any, subject: Any) -> tuple[str, str | None]:
    """The operator and the subject as texts.

    Raises :class:`~conformance.events.loading.UsageError` for an operator that is none.
    """
    name = operator
    if not isinstance(operator, str):
        contract = operator.contract if isinstance(operator, Operator) else operator
        if not isinstance(contract, Contract):
            got = f"{operator!r}"[:60]
            raise UsageError(f"{got} is no operator: give a name, a Contract or an Operator")
        name = contract.name
    if subject is not None and not isinstance(subject, str):
        subject = _text_of(subject)
    return name, subject


def opened(
    operator: Any,
    subject: Any,
    checks: Sequence[str] = (),
    settings: Mapping[str, str] | None = None,
) -> OpenSession:
    """A session in this process for what only this process has, else in one of its own.

    Raises :class:`~conformance.events.loading.UsageError` for a name that nothing has.
    """
    in_text = subject is None or isinstance(subject, str)
    if isinstance(operator, str) and in_text:
        check_names([operator], subject, checks, settings)
        return Session
    from conformance.asking.in_process import InProcessSession

    if isinstance(operator, Contract):
        operator = Operator(operator, {})
    given = operator if isinstance(operator, Operator) else None
    function = None if in_text else subject
    return lambda request, emit: InProcessSession(request, emit, given, function)


def _text_of(function: Callable[..., Any]) -> str:
    """What names a callable on the command line; in angle brackets if nothing does."""
    module = getattr(function, "__module__", None)
    name = getattr(function, "__qualname__", None) or type(function).__name__
    if module in (None, "__main__") or not name.replace(".", "").isidentifier():
        return f"<{name.rpartition('.')[2]}>"
    return f"{module}:{name}"
