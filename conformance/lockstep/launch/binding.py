"""The arguments of a launch, by parameter name."""

from __future__ import annotations

import inspect
from typing import Any

from conformance.lockstep.launch.options import launch_options
from conformance.triton_internals import parameters, python_function

#: By identity, since hashing a kernel walks its sources; the kernel is kept with it.
_signatures: dict[int, tuple[Any, inspect.Signature, frozenset[str]]] = {}


def _signature(kernel: Any) -> tuple[inspect.Signature, frozenset[str]]:
    known = _signatures.get(id(kernel))
    if known is None:
        names = frozenset(name for name, _, _ in parameters(kernel))
        known = _signatures[id(kernel)] = kernel, inspect.signature(python_function(kernel)), names
    return known[1:]


def bind(kernel: Any, arguments: tuple, keywords: dict[str, Any]) -> dict[str, Any]:
    """Values by parameter name.

    Raises ``TypeError`` for keywords that are neither parameters nor launch options.
    """
    signature, names = _signature(kernel)
    options = launch_options()
    unknown = [name for name in keywords if name not in names and name not in options]
    if unknown:
        name, listed = python_function(kernel).__name__, ", ".join(sorted(unknown))
        raise TypeError(f"{name}() got unexpected keyword arguments: {listed}")
    bound = signature.bind(
        *arguments, **{name: value for name, value in keywords.items() if name in names}
    )
    bound.apply_defaults()
    return dict(bound.arguments)
