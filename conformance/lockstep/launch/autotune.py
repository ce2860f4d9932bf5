"""Autotuned kernels: a configuration is chosen, not timed."""

from __future__ import annotations

from typing import Any

from conformance.triton_internals import Tuned, tuned


def run_tuned(tuner: Any, index: int | None, arguments: tuple, keywords: dict[str, Any]) -> Any:
    """Run ``tuner``'s kernel with configuration ``index``.

    None stands for the first configuration that the tuner's own pruning leaves. Raises
    ``IndexError`` if there is no such configuration, ``ValueError`` if the launch gives what the
    configuration gives.
    """
    choice = tuned(tuner)
    named = dict(zip(choice.parameters, arguments, strict=False))
    configurations = list(choice.configurations)
    if index is None:
        configurations, index = _pruned(choice, arguments, keywords), 0
    if not 0 <= index < len(configurations):
        count = len(configurations)
        raise IndexError(f"{choice.name} has {count} configurations, there is no {index}")
    configuration = configurations[index]
    chosen = configuration.all_kwargs()
    if twice := chosen.keys() & keywords.keys():
        raise ValueError(f"{choice.name} is tuned: it chooses {', '.join(sorted(twice))} itself")
    if configuration.pre_hook is not None:
        configuration.pre_hook({**named, **keywords, **chosen})
    return choice.run(*arguments, **keywords, **chosen)


def rehearse(tuner: Any, arguments: tuple, keywords: dict[str, Any]) -> None:
    """Launch every configuration that the tuner's own pruning leaves, without their hooks.

    For a session that notes launches and runs none.
    """
    choice = tuned(tuner)
    for configuration in _pruned(choice, arguments, keywords):
        choice.run(*arguments, **{**keywords, **configuration.all_kwargs()})


def _pruned(choice: Tuned, arguments: tuple, keywords: dict[str, Any]) -> list[Any]:
    configurations = list(choice.configurations)
    if choice.prune is None or len(configurations) < 2:
        return configurations
    named = dict(zip(choice.parameters, arguments, strict=False))
    return list(choice.prune(configurations, named, **keywords))
