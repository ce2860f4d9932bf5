"""Triton's cache of compiled kernels, filled before anything is launched.

One of the modules that touch Triton's internals; see :mod:`conformance.triton_internals`.
"""

from __future__ import annotations

from contextlib import suppress
from inspect import getclosurevars
from types import CodeType, ModuleType
from typing import Any

import triton
from triton.backends.compiler import GPUTarget
from triton.compiler.compiler import ASTSource, make_backend
from triton.runtime import cache
from triton.runtime.driver import driver
from triton.runtime.jit import JITCallable

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


#: By identity: kernels, and functions that they call, of which Triton knows the name.
_named: dict[int, Any] = {}


def name_functions(kernel: Any) -> None:
    """Have Triton name the functions that a kernel calls, and only then the kernel, for its cache.

    Triton 3.6 and 3.7 take the global constants of a function into the name of a kernel only if the
    function was named before. Of two kernels that call it the second one would have them, and with
    another order in another process neither process would find what the other one compiled.
    """
    if id(kernel) in _named:
        return
    _named[id(kernel)] = kernel
    with suppress(Exception):  # the launch will say it again, of the subject
        for function in _called(kernel):
            name_functions(function)
        kernel.cache_key  # noqa: B018


def _called(kernel: Any) -> list[Any]:
    """The functions for Triton that a kernel names and that are none of Triton's own."""
    names: dict[str, None] = {}
    codes = [kernel.fn.__code__]
    while codes:
        code = codes.pop()
        names |= dict.fromkeys((*code.co_names, *code.co_freevars))
        codes += [each for each in code.co_consts if isinstance(each, CodeType)]
    scope = {**kernel.fn.__globals__, **getclosurevars(kernel.fn).nonlocals}
    found = [scope[name] for name in names if name in scope]
    modules = [each for each in found if isinstance(each, ModuleType)]
    found += [getattr(module, name, None) for module in modules for name in names]
    return [
        each
        for each in found
        if isinstance(each, JITCallable) and not each.fn.__module__.startswith("triton.")
    ]
