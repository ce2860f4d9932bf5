"""Where subjects run that are engines: in processes of their own, which a thin function asks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch

from conformance.execution.describe import describe
from conformance.execution.outcome import Outcome
from conformance.execution.raised import Raised
from conformance.generation.client import EngineDied, EngineRaised
from conformance.generation.wire import Raised as RaisedThere
from conformance.memory.violation import Violation

REFUSALS = ("ValueError", "ValidationError", "NotImplementedError", "RuntimeError", "TypeError")
"""Exceptions by which an engine refuses a setting, if they say anything."""
NO_DRIVER = "0 active drivers"
"""What Triton says where inductor wants to compile a kernel that Dynamo has traced, and there is no
GPU to compile it for."""

TAIL_CHARACTERS = 1000
"""How much of the end of an engine's output a finding tells."""


@dataclass(frozen=True)
class EngineAnswer:
    """What the function of an engine's subject returns.

    ``tokens`` (R, N) and ``top_tokens`` (R, N, K) are int64, ``log_probabilities`` (R, N, K)
    float32. ``told`` is plain data: see :class:`conformance.generation.told.Told`.
    """

    tokens: torch.Tensor
    top_tokens: torch.Tensor
    log_probabilities: torch.Tensor
    told: Mapping[str, Any] = field(default_factory=dict)
    violations: Sequence[Mapping[str, Any]] = ()


class EngineDevice:
    """The processes of engines. ``mode`` says what runs in them, emulation included.

    Fresh memory is the engine's own: what ``poison`` says of it is not heard.
    """

    torch_device = "cpu"

    def __init__(self, mode: str) -> None:
        self.mode = mode

    def call(self, function: Callable[..., Any], arguments: Sequence[Any], poison: int) -> Outcome:
        """Ask the engine; what it raises, and its end, are what comes of the call."""
        try:
            answer = function(*arguments)
        except EngineRaised as error:
            return Outcome(raised=_raised(error.raised))
        except EngineDied as error:
            # One that crashed and one that ended by itself are two findings.
            cause = f"EngineDied: {error.ending.how}"
            died = Raised("EngineDied", _last_words(error), "", cause=cause)
            return Outcome(raised=died)
        except (Exception, SystemExit) as error:
            return Outcome(raised=describe(error))
        if not isinstance(answer, EngineAnswer):
            return Outcome(result=answer)
        return Outcome(
            result=(answer.tokens, answer.top_tokens, answer.log_probabilities),
            violations=tuple(violation_from(each) for each in answer.violations),
            told=answer.told,
        )


def _last_words(death: EngineDied) -> str:
    """How an engine's process ended, and the end of what it printed."""
    tail = death.tail.strip()[-TAIL_CHARACTERS:]
    return f"{death}; the end of its output: {tail}" if tail else f"{death}; it printed nothing"


def _raised(raised: RaisedThere) -> Raised:
    """An exception of an engine; one that says what is wrong with a setting refuses it, and one
    that lacks a GPU to compile for is no fault of the engine's."""
    kind = raised.type.rpartition(".")[2]
    lacks_gpu = NO_DRIVER in raised.message
    is_refusal = kind in REFUSALS and bool(raised.message) and not lacks_gpu
    return Raised(kind, raised.message, raised.place, lacks_gpu, is_refusal)


def violation_from(data: Mapping[str, Any]) -> Violation:
    """A broken rule of memory that another process has told of."""
    other = data.get("other_program")
    return Violation(
        str(data["kind"]), str(data["kernel"]), str(data["file"]), int(data["line"]),
        _program(data["program"]), None if other is None else _program(other),
        str(data["argument"]), int(data["offset"]), int(data["count"]),
    )  # fmt: skip


def _program(place: Sequence[Any]) -> tuple[int, int, int]:
    x, y, z = map(int, place)
    return x, y, z
