"""Where the calls of an operator come from."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Protocol

from conformance.case import Case
from conformance.registrations.calls.call import Call


class Calls(Protocol):
    """Calls to ask an operator with, each as a case that can be written on one line."""

    @property
    def checked(self) -> bool:
        """Whether somebody says that these calls are right: a contract, or an example. Otherwise a
        call only has the types of the schema, and an operator that answers it need not have meant
        to."""

    @abstractmethod
    def usual(self, check: str) -> Case:
        """An ordinary call."""

    @abstractmethod
    def dtypes(self, check: str) -> Sequence[Case]:
        """The usual call in other dtypes."""

    @abstractmethod
    def layouts(self, check: str) -> Sequence[Case]:
        """The usual call with tensors that lie otherwise in memory."""

    @abstractmethod
    def sizes(self, check: str) -> Sequence[Case]:
        """The usual call in other sizes, empty ones among them."""

    @abstractmethod
    def open_sizes(self, check: str) -> Sequence[Case]:
        """Those of :meth:`sizes` that differ within a model: no compiler may build them in."""

    @abstractmethod
    def drawn(self, check: str, count: int, seed: int) -> Sequence[Case]:
        """Calls in which all of it varies at once, the same for the same seed."""

    @abstractmethod
    def build(self, case: Case, device: str) -> Call:
        """The arguments of a case, each time in new memory, with the same bits.

        Raises :class:`~conformance.case.CaseError` for a case of something else.
        """
