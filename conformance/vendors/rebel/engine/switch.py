"""The switch of custom kernels, under the name that the installed release reads."""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from conformance.vendors.rebel.engine.variables import WORDS, switch_variable

FIELD = "use_custom_kernel"

_first: dict[str, str | None] = {}
"""What the variables of the switch were when this process began."""


def is_setting() -> bool:
    """Whether the switch is a field of ``additional_config``, as since 0.12.0."""
    if find_spec("vllm_rbln.config") is None:
        return False
    config = import_module("vllm_rbln.config")
    return FIELD in getattr(getattr(config, "RBLNConfig", None), "__dataclass_fields__", {})


def settings_for(word: str) -> dict[str, Any]:
    """What ``additional_config`` must hold for ``on``, ``off``, or empty (the default)."""
    return {FIELD: word == "on"} if word and is_setting() else {}


def variables_for(word: str, reads: frozenset[str]) -> dict[str, str]:
    """Variables for ``on`` and ``off`` in releases that read one. They read it when they trace.

    Raises ValueError if the release has no such switch.
    """
    if not word or is_setting():
        return {}
    name = switch_variable(reads)
    if name is None:
        raise ValueError("this release of vllm-rbln has no switch of custom kernels")
    return {name: WORDS[name][word]}


def hold(variables: Mapping[str, str]) -> None:
    """Set the variable of the switch for one engine, or give it back its first value."""
    for name in WORDS:
        first = _first.setdefault(name, os.environ.get(name))
        value = variables.get(name, first)
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def is_on(config: Any) -> str:
    """``on`` or ``off``, as the plugin reads the switch for a ``VllmConfig``; ``none`` without."""
    settings = getattr(config, "additional_config", None)
    if hasattr(settings, FIELD):
        return "on" if getattr(settings, FIELD) else "off"
    for place in ("vllm_rbln.envs", "vllm_rbln.rbln_envs"):
        if find_spec(place) is None:
            continue
        known = import_module(place).environment_variables
        if "VLLM_RBLN_USE_CUSTOM_KERNEL" in known:
            return "on" if known["VLLM_RBLN_USE_CUSTOM_KERNEL"]() else "off"
        if "VLLM_RBLN_KERNEL_MODE" in known:
            return "on" if known["VLLM_RBLN_KERNEL_MODE"]() == "triton" else "off"
    return "none"
