"""A subject that somebody looks into: in this process, on this terminal."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

from conformance.asking.in_process import InProcessSession
from conformance.asking.opened import Opened, Opens, opened_here
from conformance.contract import Operator
from conformance.events.events import Event
from conformance.events.request import Request


class DebugSession(InProcessSession):
    """Loads the subject that a request names into this process.

    ``around`` makes what is entered for each call of the subject.
    """

    def __init__(
        self,
        request: Request,
        emit: Callable[[Event], None],
        around: Callable[[], AbstractContextManager[Any]],
    ) -> None:
        super().__init__(request, emit, None, None)
        self._around = around

    def _opens(self) -> Opens:
        def opened(request: Request, operator: Operator, name: str) -> Opened:
            if request.imports:
                from conformance.registrations.examination import Surroundings

                Surroundings().importing(request.imports)
            found = opened_here()(request, operator, name)
            return replace(found, function=self._watched(found.function))

        return opened

    def _watched(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def called(*arguments: Any) -> Any:
            with self._around():
                return function(*arguments)

        return called
