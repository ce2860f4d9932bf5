"""How Triton launches kernels: what a launch calls, and what takes its place.

One of the modules that touch Triton's internals; see :mod:`conformance.triton_internals`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import triton
from triton.backends import backends
from triton.backends.compiler import BaseBackend
from triton.backends.driver import DriverBase
from triton.runtime.autotuner import Autotuner
from triton.runtime.driver import driver
from triton.runtime.interpreter import InterpretedFunction
from triton.runtime.jit import JITFunction


def worth_a_try(
    tuner: Autotuner, arguments: tuple, keywords: dict[str, Any]
) -> list[triton.Config]:
    """The configurations that ``tuner`` would time for a launch: those that its pruning leaves."""
    if len(tuner.configs) < 2:
        return list(tuner.configs)
    tuner.nargs = dict(zip(tuner.arg_names, arguments, strict=False))
    return list(tuner.prune_configs(keywords))


def tuned_name(tuner: Autotuner) -> str:
    """The name of the function that is tuned."""
    return tuner.base_fn.__name__


def run_chosen(
    tuner: Autotuner, configuration: triton.Config, arguments: tuple, keywords: dict[str, Any]
) -> Any:
    """What Triton's own tuner does once it has found the best configuration."""
    tuner.best_config = configuration
    chosen = configuration.all_kwargs()
    if configuration.pre_hook is not None:
        named = dict(zip(tuner.arg_names, arguments, strict=False))
        configuration.pre_hook({**named, **keywords, **chosen})
    return tuner.fn.run(*arguments, **keywords, **chosen)


@contextmanager
def redirected(run: Callable, run_tuned: Callable, run_as: Callable) -> Iterator[None]:
    """While open, launches call ``run``, and those of autotuned kernels ``run_tuned``.

    Both are called as methods of the kernel or tuner, and must be plain functions. Tuners of a
    class with a ``run`` of its own call ``run_as(own run)``, which makes such a function.
    """
    originals: list[tuple[type, Callable]] = []

    def redirect(owner: type, replacement: Callable) -> None:
        originals.append((owner, owner.__dict__["run"]))
        owner.run = replacement  # type: ignore[attr-defined]

    def redirect_subclass(owner: type) -> None:
        if "run" in owner.__dict__:
            redirect(owner, run_as(owner.__dict__["run"]))

    def subclass_made(owner: type, **keywords: Any) -> None:
        super(Autotuner, owner).__init_subclass__(**keywords)
        redirect_subclass(owner)

    try:
        redirect(JITFunction, run)
        redirect(InterpretedFunction, run)
        redirect(Autotuner, run_tuned)
        for owner in _subclasses(Autotuner):
            redirect_subclass(owner)
        Autotuner.__init_subclass__ = classmethod(subclass_made)
        yield
    finally:
        if "__init_subclass__" in Autotuner.__dict__:
            del Autotuner.__init_subclass__
        for owner, original in originals:
            owner.run = original  # type: ignore[attr-defined]


@contextmanager
def emulating(stand_in: DriverBase, compiler: type[BaseBackend]) -> Iterator[None]:
    """While open, ``stand_in`` is Triton's driver, and ``compiler`` its backend.

    Where a driver is in use, or can be, nothing changes.
    """
    if driver._active is not None or any(each.driver.is_active() for each in backends.values()):
        yield
        return
    previous = driver._default
    driver.set_active(stand_in)
    backends["lockstep"] = SimpleNamespace(driver=type(stand_in), compiler=compiler)
    try:
        yield
    finally:
        if backends.get("lockstep") is not None:
            del backends["lockstep"]
        driver._active, driver._default = None, previous


def _subclasses(owner: type) -> list[type]:
    found: list[type] = owner.__subclasses__()
    return found + [each for sub in found for each in _subclasses(sub)]


Call = tuple[Any, tuple, dict[str, Any]]


Heard = Callable[[Any, tuple, dict[str, Any], Callable[[], list[Call]]], object]


@contextmanager
def noted(note: Heard) -> Iterator[None]:
    """While open, ``note`` hears of every launch of a GPU before it runs.

    ``note(kernel, arguments, keywords, others)``: of the launches that an autotuner tries, it hears
    of the last one, which is the one that the autotuner chose; ``others()`` returns all of them.
    """
    launch, tune = JITFunction.__dict__["run"], Autotuner.__dict__["run"]
    tried: list[list[Call]] = []

    def run(kernel: Any, /, *arguments: Any, grid: Any, warmup: bool, **keywords: Any) -> Any:
        if not warmup and tried:
            tried[-1].append((kernel, arguments, keywords))
        elif not warmup:
            note(kernel, arguments, keywords, list)
        return launch(kernel, *arguments, grid=grid, warmup=warmup, **keywords)

    def run_tuned(tuner: Any, /, *arguments: Any, **keywords: Any) -> Any:
        tried.append([])
        try:
            return tune(tuner, *arguments, **keywords)
        finally:
            if calls := tried.pop():
                note(*calls[-1], lambda: calls)

    JITFunction.run, Autotuner.run = run, run_tuned
    try:
        yield
    finally:
        JITFunction.run, Autotuner.run = launch, tune


@contextmanager
def compiled_kernels() -> Iterator[list[Any]]:
    """While open, collects the assembly of what launches run: ``asm`` of each, by its format."""
    launch = JITFunction.__dict__["run"]
    found: list[Any] = []

    def run(kernel: Any, /, *arguments: Any, **keywords: Any) -> Any:
        compiled = launch(kernel, *arguments, **keywords)
        if hasattr(compiled, "asm"):
            found.append(compiled.asm)
        return compiled

    JITFunction.run = run
    try:
        yield found
    finally:
        JITFunction.run = launch


def compiled_forms(kernel: Any) -> list[Any]:
    """The assembly (``asm``) of everything that a kernel has been compiled to in this process."""
    found: list[Any] = []
    for held in list(getattr(kernel, "device_caches", {}).values()):
        forms = held[0] if isinstance(held, tuple) else held
        found += [form.asm for form in list(forms.values()) if hasattr(form, "asm")]
    return found


@contextmanager
def rehearsed(note: Heard) -> Iterator[None]:
    """While open, ``note`` hears of every launch of a GPU as in :func:`noted`, and none runs.

    Of an autotuned kernel it hears of the first configuration that its pruning leaves, with all of
    them as ``others``; nothing is timed and nothing is remembered of it.
    """
    tried: list[list[Call]] = []

    def run(kernel: Any, /, *arguments: Any, grid: Any, warmup: bool, **keywords: Any) -> None:
        if warmup:
            return
        if tried:
            tried[-1].append((kernel, arguments, keywords))
        else:
            note(kernel, arguments, keywords, list)

    def run_tuned(tuner: Any, /, *arguments: Any, **keywords: Any) -> None:
        tried.append([])
        try:
            for configuration in worth_a_try(tuner, arguments, keywords):
                tuner.fn.run(*arguments, **keywords, **configuration.all_kwargs())
        finally:
            if calls := tried.pop():
                note(*calls[0], lambda: calls)

    with redirected(run, run_tuned, lambda own: own):
        yield


@contextmanager
def counted(note: Callable[[Any], None], wrapped: Callable[[Callable], Callable]) -> Iterator[None]:
    """While open, ``note(kernel)`` hears of every launch, whatever carries it out.

    ``wrapped`` is applied to the plain function that takes the place of what launches.
    """
    launches = {owner: owner.__dict__["run"] for owner in (JITFunction, InterpretedFunction)}

    def noting(launch: Callable) -> Callable:
        def run(kernel: Any, /, *arguments: Any, **keywords: Any) -> Any:
            if not keywords.get("warmup"):
                note(kernel)
            return launch(kernel, *arguments, **keywords)

        return run

    for owner, launch in launches.items():
        owner.run = wrapped(noting(launch))
    try:
        yield
    finally:
        for owner, launch in launches.items():
            owner.run = launch
