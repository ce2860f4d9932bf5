"""Autotuned kernels: a configuration is chosen, not timed."""

from __future__ import annotations

from typing import Any


def run_tuned(tuner: Any, index: int | None, arguments: tuple, keywords: dict[str, Any]) -> Any:
    """Run ``tuner``'s kernel with configuration ``index``, by default the first that its pruning
    leaves.

    Raises ``IndexError`` if there is no such configuration.
    """
    named = dict(zip(tuner.arg_names, arguments, strict=False))
    configurations = list(tuner.configs)
    if index is None:
        prune = getattr(tuner, "early_config_prune", None)
        if prune is not None and len(configurations) > 1:
            configurations = list(prune(configurations, named, **keywords))
        index = 0
    if not 0 <= index < len(configurations):
        count, name = len(configurations), tuner.base_fn.__name__
        raise IndexError(f"{name} has {count} configurations, there is no {index}")
    configuration = configurations[index]
    chosen = configuration.all_kwargs()
    if configuration.pre_hook is not None:
        configuration.pre_hook({**named, **keywords, **chosen})
    return tuner.fn.run(*arguments, **keywords, **chosen)
