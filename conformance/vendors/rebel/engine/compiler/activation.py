"""The emulation of the compiler for a whole process: `rebel`, `torch.rbln`, and their operators."""

from __future__ import annotations

import sys
from importlib.metadata import entry_points
from typing import Any

from conformance.vendors.rebel.engine.compiler import backend, context, operators, torch_device
from conformance.vendors.rebel.install import add_module, install

OPERATORS = "conformance.rebel_operators"
"""Entry points of functions that define operators which come with the compiler."""


def activate() -> None:
    """Make `rebel` importable as an engine needs it. Harmless if repeated.

    Raises :class:`~conformance.vendors.rebel.RealRebelPresent` where the compiler is installed.
    """
    if getattr(sys.modules.get("rebel"), "CompileContext", None) is not None:
        return
    install()
    sys.modules["rebel"].__dict__.update(context.PACKAGE)
    for name, contents in _modules().items():
        add_module(name, contents)
    torch_device.install()
    operators.define()


def define_operators(blocks_first: bool) -> None:
    """Have the operators defined that come with the compiler, where nobody defined them.

    ``blocks_first`` is the layout of KV caches: (NB, 2, ...), else (2, NB, ...).
    """
    for point in entry_points(group=OPERATORS):
        point.load()(blocks_first)


def _modules() -> dict[str, dict[str, Any]]:
    """Modules of the package that the plugin imports, each after the one that holds it."""
    return {
        "rebel.flags": {"RBLN_PROFILER": False},
        "rebel.profiler": {"start": context.nothing, "done": context.nothing},
        "rebel.compile_context": {"CompileContext": context.CompileContext},
        "rebel.kv_cache": {"aligned_tensor": context.aligned_tensor},
        "rebel.core": {},
        "rebel.core.torch_compile": {"rbln_backend": backend.rbln_backend},
        "rebel.core.mega_cache": {
            "set_dir": context.nothing,
            "read_bundle": context.nothing,
            "write_bundle": context.nothing_written,
        },
        "rebel.ops": {},
        "rebel.ops.torch_custom_ops": {},
        "rebel.ops.torch_custom_ops.attn": {},
    }
