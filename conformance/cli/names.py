"""Mistyped names are told before anything is started."""

from collections.abc import Sequence

from conformance.catalogue.operators import check_operator, find_operator, is_installed
from conformance.checks.listing import listed
from conformance.subjects.subject import check_name


def check_names(operators: Sequence[str], subject: str | None, checks: Sequence[str] = ()) -> None:
    """Raise for what does not exist, as far as that is known without importing a subject.

    ``checks`` are ids of checks. No file is imported: it may do anything, and is a worker's matter.

    Raises :class:`~conformance.catalogue.objects.SubjectNotFound` for operators and subjects,
    ``ValueError`` for checks.
    """
    for operator in operators:
        check_operator(operator)
    known = [check.id for check in listed()]
    if unknown := [check for check in checks if check not in known]:
        raise ValueError(f"no check {', '.join(unknown)}; known: {', '.join(known)}")
    if subject and ":" not in subject:
        for operator in filter(is_installed, operators):
            check_name(find_operator(operator), subject)
