"""Autotuned kernels: a configuration is chosen, not timed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from conformance.lockstep.machine import UnsupportedFeature
from conformance.torch_internals import left_to_python
from conformance.triton_launches import run_chosen, tuned_name, worth_a_try


class NoSuchConfiguration(UnsupportedFeature, IndexError):
    """A tuner has fewer configurations than the one that was asked for."""


class Tuning:
    """Which configuration autotuned kernels run with.

    ``index`` counts the configurations of a tuner; None stands for the first that its own pruning
    leaves. Launches of tuners run one at a time, under ``lock``.
    """

    def __init__(self, index: int | None, lock: AbstractContextManager[Any]):
        self._index, self._lock = index, lock
        self._chosen: set[int] = set()
        self._all: dict[int, list[Any]] = {}
        """The configurations of tuners that have one choice left meanwhile."""

    def run(self, tuner: Any, arguments: tuple, keywords: dict[str, Any]) -> Any:
        """Launch the kernel of ``tuner``.

        Raises ``NoSuchConfiguration`` if there is no such configuration, ``ValueError`` if the
        launch gives what the configuration gives.
        """
        configuration = self._choice(tuner, arguments, keywords)
        if twice := configuration.all_kwargs().keys() & keywords.keys():
            names = ", ".join(sorted(twice))
            raise ValueError(f"{tuned_name(tuner)} is tuned: it chooses {names} itself")
        return run_chosen(tuner, configuration, arguments, keywords)

    def rehearse(self, tuner: Any, arguments: tuple, keywords: dict[str, Any]) -> None:
        """Launch every configuration that the tuner's own pruning leaves, without their hooks.

        For a session that notes launches and runs none.
        """
        left = tuner.configs
        tuner.configs = self._all.get(id(tuner), left)
        try:
            for configuration in worth_a_try(tuner, arguments, keywords):
                tuner.fn.run(*arguments, **{**keywords, **configuration.all_kwargs()})
        finally:
            tuner.configs = left

    def run_as(self, own: Callable) -> Callable:
        """A ``run`` that calls ``own``, that of a class of tuners, on a tuner with one choice left.

        So a tuner that adds arguments, or looks configurations up, does so, and never times any.
        """

        def run(tuner: Any, /, *arguments: Any, **keywords: Any) -> Any:
            if id(tuner) in self._chosen:  # called by the ``run`` of a class derived from its class
                return own(tuner, *arguments, **keywords)
            with self._lock:
                configurations = self._all[id(tuner)] = tuner.configs
                tuner.configs = [self._choice(tuner, arguments, keywords)]
                self._chosen.add(id(tuner))
                try:
                    return own(tuner, *arguments, **keywords)
                finally:
                    self._chosen.discard(id(tuner))
                    del self._all[id(tuner)]
                    tuner.configs = configurations

        return left_to_python(run)

    def _choice(self, tuner: Any, arguments: tuple, keywords: dict[str, Any]) -> Any:
        if id(tuner) in self._chosen:
            return tuner.configs[0]
        if self._index is None:
            configurations = worth_a_try(tuner, arguments, keywords)
        else:
            configurations = list(tuner.configs)
        index, count = self._index or 0, len(configurations)
        if not 0 <= index < count:
            raise NoSuchConfiguration(
                f"configuration {index}: {tuned_name(tuner)} has {count} configurations, "
                f"there is no {index}"
            )
        return configurations[index]
