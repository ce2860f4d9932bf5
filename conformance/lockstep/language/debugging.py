"""``breakpoint()`` in a kernel: the debugger stops in the kernel's own line, and shows its frames.

What stands between the frames of an author's functions (this package, Triton, torch) is neither
shown nor stepped into. Variables print as numbers, see ``values.readable``.
"""

from __future__ import annotations

import bdb
import builtins
import os
import pdb
import sys
import sysconfig
from collections.abc import Callable
from functools import partial
from types import FrameType, FunctionType, MethodType
from typing import Any

import numpy as np

from conformance.lockstep.machine import MACHINE, REWRITTEN
from conformance.lockstep.values.divergence import Apart, Divergence

_SET_TRACE = pdb.set_trace
_HIDDEN = ("conformance", "triton", "torch", "numpy")
"""Packages whose frames are not shown."""
_LIBRARIES = tuple({os.path.join(path, "") for path in sysconfig.get_paths().values()})
"""Folders of Python and of what is installed: only kernels in them are shown."""


class DebuggerQuit(KeyboardInterrupt):
    """Who debugs a kernel wants to see no more: no exception of the kernel's."""


class KernelDebugger(pdb.Pdb):
    """``pdb`` without the frames of lockstep and of libraries."""

    def __init__(self) -> None:
        super().__init__(nosigint=True)

    def stop_here(self, frame: FrameType) -> bool:
        """Whether to stop in this frame when stepping."""
        return not _is_hidden(frame) and super().stop_here(frame)

    def get_stack(self, f: FrameType | None, t: Any) -> tuple[list[tuple[FrameType, int]], int]:
        """The frames of the author's functions, and which of them is looked at."""
        stack, place = super().get_stack(f, t)
        current = stack[place][0] if stack else None
        shown = [each for each in stack if each[0] is current or not _is_hidden(each[0])]
        places = [number for number, each in enumerate(shown) if each[0] is current]
        return shown, places[0] if places else max(0, len(shown) - 1)

    def user_exception(self, frame: FrameType, exc_info: Any) -> None:
        """An exception of the kernel; that programs part is none."""
        if issubclass(exc_info[0], Divergence | Apart):
            self.message("programs disagree here: those that agree run again from the start")
            return
        super().user_exception(frame, exc_info)

    def trace_dispatch(self, frame: FrameType, event: str, arg: Any) -> Any:
        """As in ``bdb``, but to quit is no exception of the kernel's.

        Raises :class:`DebuggerQuit`.
        """
        try:
            return super().trace_dispatch(frame, event, arg)
        except bdb.BdbQuit:
            sys.settrace(None)
            raise DebuggerQuit("the debugger was left") from None


def _is_hidden(frame: FrameType) -> bool:
    if frame.f_code in REWRITTEN:
        return REWRITTEN[frame.f_code]  # of Triton's own library
    file = frame.f_code.co_filename
    if file.startswith(("<frozen", *_LIBRARIES)):
        return True
    module = str(frame.f_globals.get("__name__", ""))
    return module.partition(".")[0] in _HIDDEN


def debugger(call: Callable[..., Any], function: Any) -> Callable[..., Any]:
    """What a kernel calls in place of ``function``, a name or attribute that a debugger has.

    Python's own debugger is :class:`KernelDebugger`; a debugger that was chosen in another way
    (``PYTHONBREAKPOINT``, an IDE, pytest) is called as it is, in the kernel's frame. ``call`` calls
    what is none.
    """
    if function is builtins.breakpoint:
        chosen = os.environ.get("PYTHONBREAKPOINT", "")
        if sys.breakpointhook is sys.__breakpointhook__ and chosen in ("", "pdb.set_trace"):
            return _stop
        return sys.breakpointhook
    if function is _SET_TRACE:
        return _stop
    if type(function) in (FunctionType, MethodType):
        return function  # of another debugger
    return partial(call, function)


def _stop(*_: Any, header: str | None = None, **__: Any) -> None:
    """Stop behind the statement of the kernel that calls this."""
    MACHINE.printed.show()
    found = KernelDebugger()
    running, total = len(MACHINE.programs), int(np.prod(MACHINE.grid))
    first = MACHINE.coordinates(int(MACHINE.programs[0]))
    found.message(f"{running} of {total} programs in lockstep, the first is {first}")
    if header is not None:
        found.message(header)
    found.set_trace(sys._getframe(1))
