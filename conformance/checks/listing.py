"""What the checks ask, read from their files by syntax: nothing of theirs is imported."""

import ast
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol, TypeVar

FILES = (
    "numeric.values",
    "numeric.state",
    "numeric.dtypes",
    "numeric.ties",
    "numeric.special",
    "numeric.positions",
    "numeric.variants",
    "memory.undefined",
    "numeric.sequence",
    "memory.layout",
    "numeric.arguments",
    "memory.bounds",
    "memory.poison",
    "memory.purity",
    "numeric.reuse",
    "numeric.repetition",
    "numeric.sizes",
    "building.builds",
)
"""The files of the checks, in the order in which checks run: cheap and telling ones first.

The last one looks at what all the others launched.
"""

FILES_OF_CAPTURED_CALLS = ("numeric.captured",)
"""Checks that are asked only where there are captured calls."""

DEVICE_FILES = (
    "device.replays",
    "device.streams",
    "device.torch_compiled",
    "device.emulation",
)
"""Checks that are asked only where a subject is compiled for a device, in their order."""

AFTER_DEVICES = ("sizes", "builds")
"""Checks that are asked after those of devices: they launch the most signatures, and what is
compiled ahead is compiled while others are asked; and they look at what all others launched."""

SLOW_DEVICE_FILES = ("device.sanitizer",)
"""Checks of such a device that take minutes: they are asked by their names."""

REGISTRATION_FILES = (
    "registration.registered",
    "registration.imports",
    "registration.dispatch",
    "registration.signature",
    "registration.eager",
    "registration.writes",
    "registration.aliases",
    "registration.fake",
    "registration.symbolic",
    "registration.functional",
    "registration.vmap",
    "registration.autograd",
    "registration.compiled",
    "registration.unused",
    "registration.merged",
    "registration.moved",
    "registration.graphs",
    "registration.exported",
)
"""The files of the checks of a registration, in the order in which they run."""


GENERATION_FILES = (
    "generation.tokens",
    "generation.second_call",
    "generation.arrivals",
    "generation.lengths",
    "generation.prompts",
    "generation.kernels_ran",
    "generation.engine_memory",
    "generation.chunks",
    "generation.mixed_steps",
    "generation.partitions",
    "generation.single",
    "generation.prefix_cache",
    "generation.preemption",
    "generation.cache_contents",
    "generation.compilation",
    "generation.switch",
    "generation.compile_key",
    "generation.surroundings",
)
"""The files of the checks of engines that generate, in the order in which they run."""


@dataclass(frozen=True)
class Listed:
    """A check as far as a reader is concerned. ``explanation`` is the docstring of its file."""

    id: str
    question: str
    explanation: str


class _Check(Protocol):
    @property
    def id(self) -> str: ...


C = TypeVar("C", bound=_Check)


@lru_cache(maxsize=1)
def listed() -> tuple[Listed, ...]:
    """Every check of a contract, in the order in which they run."""
    return _all(FILES)


@lru_cache(maxsize=1)
def listed_of_captured_calls() -> tuple[Listed, ...]:
    """Every check of captured calls."""
    return _all(FILES_OF_CAPTURED_CALLS)


@lru_cache(maxsize=1)
def listed_of_devices() -> tuple[Listed, ...]:
    """Every check that only a device which compiles can be asked."""
    return _all(DEVICE_FILES)


@lru_cache(maxsize=1)
def listed_of_slow_devices() -> tuple[Listed, ...]:
    """Those among the checks of such a device that are asked by their names alone."""
    return _all(SLOW_DEVICE_FILES)


@lru_cache(maxsize=1)
def listed_of_generation() -> tuple[Listed, ...]:
    """Every check of an engine that generates, in the order in which they run."""
    return _all(GENERATION_FILES)


@lru_cache(maxsize=1)
def listed_of_registrations() -> tuple[Listed, ...]:
    """Every check of a registration, in the order in which they run."""
    return _all(REGISTRATION_FILES)


def every_listed() -> tuple[Listed, ...]:
    """The checks of kernels, of devices, of captured calls, of engines that generate, and of
    registrations."""
    return (
        *listed_of_kernels(),
        *listed_of_generation(),
        *listed_of_registrations(),
    )


def listed_on(compiled: bool, named: Collection[str]) -> tuple[Listed, ...]:
    """What a device has of checks of its own: those that are ``named``, and all but the slow ones
    where subjects are ``compiled`` and nothing is named."""
    if named:
        own = (*listed_of_devices(), *listed_of_slow_devices())
        return tuple(check for check in own if check.id in named)
    return listed_of_devices() if compiled else ()


def with_those_of_devices(usual: Sequence[C], own: Sequence[C]) -> tuple[C, ...]:
    """The ``usual`` checks of a contract and a device's ``own``, in the order in which they run."""
    ids = [check.id for check in usual]
    place = min((ids.index(name) for name in AFTER_DEVICES if name in ids), default=len(ids))
    return (*usual[:place], *own, *usual[place:])


def listed_of_kernels() -> tuple[Listed, ...]:
    """Whatever a kernel with a contract can be asked, those checks included that need more than
    the kernel: a device, captured calls."""
    return (
        *listed(),
        *listed_of_devices(),
        *listed_of_slow_devices(),
        *listed_of_captured_calls(),
    )


def find_listed(name: str) -> Listed:
    """The check with this id, whatever it asks. Raises ``KeyError`` naming the known ones."""
    for check in every_listed():
        if check.id == name:
            return check
    raise KeyError(no_such_check(name))


def _all(names: tuple[str, ...]) -> tuple[Listed, ...]:
    folder = Path(__file__).parent
    return tuple(_read(folder.joinpath(*name.split(".")).with_suffix(".py")) for name in names)


def no_such_check(name: str) -> str:
    """What is said of an id that no check has."""
    known = [check.id for check in every_listed()]
    return f"no check {name!r}; known: {', '.join(known)}"


def _read(path: Path) -> Listed:
    """``CHECK = Check("id", "question", …)`` of a file. Raises ``ValueError`` if it has none."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in tree.body:
        match node:
            case ast.Assign(
                targets=[ast.Name("CHECK")], value=ast.Call(args=[identity, question, *_])
            ):
                explanation = ast.get_docstring(tree, clean=False) or ""
                id_, text = ast.literal_eval(identity), ast.literal_eval(question)
                return Listed(id_, text, explanation.strip())
    raise ValueError(f"{path} holds no CHECK = Check(id, question, …)")
