"""Autotuned kernels: a configuration is chosen, not timed."""

from __future__ import annotations

from typing import Any

from conformance.triton_internals import tuned


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
        if choice.prune is not None and len(configurations) > 1:
            configurations = list(choice.prune(configurations, named, **keywords))
        index = 0
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
