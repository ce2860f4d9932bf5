"""What engines are started with, what they are asked and what they answer: data, without torch.

A *process* is started with a :class:`ProcessSetup`, which cannot change while it lives. In it live
several *engines*, each started with an :class:`EngineSetup`. An engine carries out
:class:`Generate` orders and answers with :class:`Generated`. All of them travel as JSON.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

UNWATCHED = "unwatched"
"""A fact of engines whose modules cannot be watched, with the reason."""


@dataclass(frozen=True)
class ProcessSetup:
    """What holds for a whole process.

    ``kind`` names an entry of ``conformance.engines`` (or ``module:NAME``), ``triton`` keeps the
    Triton kernels of the engine (in lockstep where there is no GPU), ``attention`` is ``cpu`` or
    ``triton``, ``compiled`` lets inductor compile the model. ``environment`` are variables beyond
    those that the kind sets itself; one with the value None is taken away. ``plants`` are texts
    ``FILE.py:NAME`` or ``module:NAME`` of functions that are called once the engine's package is
    imported: planted faults.
    """

    kind: str
    triton: bool = False
    attention: str = "cpu"
    compiled: bool = False
    environment: Mapping[str, str | None] = field(default_factory=dict)
    plants: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "ProcessSetup":
        return cls(**{**data, "plants": tuple(data["plants"])})


@dataclass(frozen=True)
class EngineSetup:
    """What holds for one engine.

    ``model`` is the folder of a checkpoint. ``seams`` maps ``module:function`` to a word: before
    the engine is made, the function is called with the word and puts another implementation in
    the place of one of the engine's. ``runner`` is ``v1`` or ``v2``. ``custom_kernels`` is ``on``,
    ``off``, or empty for the default of the engine. ``arguments`` are those of ``vllm.LLM`` beyond
    what the kind gives.
    """

    model: str
    seams: Mapping[str, str] = field(default_factory=dict)
    runner: str = "v1"
    custom_kernels: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "EngineSetup":
        return cls(**data)


@dataclass(frozen=True)
class Started:
    """What is known once an engine runs.

    ``layers`` counts decoder layers, ``versions`` maps packages to versions, ``execution`` is
    ``emulated`` or empty, ``environment`` maps variables that importing and starting changed to
    what they were and are. ``compile_keys`` are the keys of the compile cache that the engine
    looked its graphs up by, in order. ``remarks`` are sentences for the report: settings that have
    no effect in this release, and what the engine warned of. ``facts`` are further words by name
    (classes of the runner and of the attention backend, switches as the engine read them).
    """

    layers: int
    versions: Mapping[str, str] = field(default_factory=dict)
    execution: str = ""
    environment: Mapping[str, tuple[str | None, str | None]] = field(default_factory=dict)
    compile_keys: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Started":
        changed = {name: (was, now) for name, (was, now) in data["environment"].items()}
        lists = {name: tuple(data[name]) for name in ("compile_keys", "remarks")}
        return cls(**{**data, **lists, "environment": changed})


@dataclass(frozen=True)
class Generate:
    """An order: greedy tokens for ``prompts`` (token ids), the same number for each, end ignored.

    ``arrival`` says how requests come: ``together``; ``reversed`` (together, the last one first);
    ``alone`` (one after the other); ``later`` (the first one alone, the others while it decodes).
    Answers are in the order of ``prompts`` in any case. ``caches`` says what the memory of KV
    caches holds that no request has written: ``as-is``, ``finite`` (large numbers), ``nan``.
    ``taps`` is a file (safetensors) into which the outputs of layers go, empty for none;
    ``capture`` a folder that keeps what the engine calls operators with, empty for none.
    """

    prompts: tuple[tuple[int, ...], ...]
    new_tokens: int
    candidates: int = 5
    arrival: str = "together"
    caches: str = "as-is"
    taps: str = ""
    capture: str = ""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Generate":
        return cls(**{**data, "prompts": tuple(tuple(prompt) for prompt in data["prompts"])})


@dataclass(frozen=True)
class Step:
    """One execution of the model: ``phase`` is prefill, decode or mixed; ``tokens`` are those of
    each request in it (by its place in the order's prompts)."""

    phase: str
    tokens: Mapping[int, int]


@dataclass(frozen=True)
class Calls:
    """How often something was called: a kernel (its module's last part and its name), an operator
    or a function; in which phase and layer (None: outside of layers, or unknown)."""

    name: str
    phase: str
    layer: int | None
    count: int


@dataclass(frozen=True)
class Generated:
    """An answer: for each prompt ``new_tokens`` tokens, and for each of these the ``candidates``
    most likely tokens with their log probabilities, the likeliest first.

    ``cached`` counts the tokens of each prompt that a prefix cache gave. ``violations`` are those
    of :class:`conformance.memory.violation.Violation` as data.
    """

    tokens: tuple[tuple[int, ...], ...]
    candidates: tuple[tuple[tuple[int, ...], ...], ...]
    log_probabilities: tuple[tuple[tuple[float, ...], ...], ...]
    steps: tuple[Step, ...] = ()
    calls: tuple[Calls, ...] = ()
    cached: tuple[int, ...] = ()
    violations: tuple[Mapping[str, Any], ...] = ()
    remarks: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Generated":
        known = {each.name for each in fields(cls)}
        steps = [
            Step(str(s["phase"]), {int(r): int(n) for r, n in s["tokens"].items()})
            for s in data["steps"]
        ]
        return cls(
            **{
                **{name: value for name, value in data.items() if name in known},
                "tokens": tuple(tuple(row) for row in data["tokens"]),
                "candidates": _nested(data["candidates"]),
                "log_probabilities": _nested(data["log_probabilities"]),
                "steps": tuple(steps),
                "calls": tuple(Calls(**each) for each in data["calls"]),
                "cached": tuple(data["cached"]),
                "violations": tuple(data["violations"]),
                "remarks": tuple(data["remarks"]),
            }
        )


def _nested(rows: Any) -> tuple[tuple[tuple[Any, ...], ...], ...]:
    return tuple(tuple(tuple(slots) for slots in row) for row in rows)
