"""Triton's cache of compiled kernels, filled before anything is launched.

One of the modules that touch Triton's internals; see :mod:`conformance.triton_internals`.
"""

from __future__ import annotations

from typing import Any

import triton
from triton.backends.compiler import GPUTarget
from triton.compiler.compiler import ASTSource, make_backend
from triton.runtime import cache
from triton.runtime.driver import driver

from conformance.triton_compiler import Signature


def target_here() -> Any:
    """The GPU that Triton launches on in this process, as its compiler sees it."""
    return driver.active.get_current_target()


def know_compiler() -> None:
    """Sum up the files of Triton's compiler, as its cache does: once in a process and its forks.

    The sum is part of the name of everything that is cached.
    """
    if (summed_up := getattr(cache, "triton_key", None)) is not None:
        summed_up()


def vendor_of(target: Any) -> str:
    """Triton's name for the vendor of a target: ``cuda`` or ``hip``."""
    return str(target.backend)


def compile_into_cache(signature: Signature, target: GPUTarget) -> Any:
    """Compile as a launch of this signature would, and leave the result in Triton's cache.

    Returns what Triton compiled. Nothing is loaded, so that this may run in a process that has no
    GPU. Raises what Triton raises.
    """
    options = make_backend(target).parse_options(dict(signature.options))
    source = ASTSource(signature.kernel, signature.types, signature.constants, signature.attributes)
    return triton.compile(source, target=target, options=options.__dict__)
