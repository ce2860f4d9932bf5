"""Triton's compiler, asked for GPUs that need not be there.

One of the modules that touch Triton's internals; see :mod:`conformance.triton_internals`.
"""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import Any

import triton
from triton import knobs
from triton._C.libtriton import get_cache_invalidating_env_vars, ir
from triton.backends import backends
from triton.backends.compiler import GPUTarget
from triton.compiler.compiler import ASTSource, make_backend
from triton.compiler.errors import CompilationError, CompileTimeAssertionFailure
from triton.runtime.jit import JITFunction, create_function_from_signature

LAST_OF_THE_FRONTEND = "frontend"
"""The name of the step that makes Triton's IR out of a kernel's source."""


@dataclass(frozen=True)
class Signature:
    """What one launch asks the compiler for, on the GPUs of one vendor.

    ``types`` maps each parameter to its type (``*fp32``, ``i64``, ``constexpr``), ``constants``
    the places of constexpr parameters (an int of 1 among them) to their values, ``attributes`` the
    places of the others to what is known of their values, and ``options`` are those of the launch.
    """

    kernel: Any
    types: dict[str, str]
    constants: dict[tuple, Any]
    attributes: dict[tuple, list]
    options: dict[str, Any]


@dataclass(frozen=True)
class Needs:
    """What a built kernel needs of a GPU. ``shared`` is in bytes per program, ``registers`` and
    ``spills`` count 32-bit registers per thread, ``tensor_memory`` counts columns."""

    registers: int = 0
    spills: int = 0
    shared: int = 0
    tensor_memory: int = 0


class Refused(Exception):
    """The compiler does not take a kernel. ``step`` is where, ``line`` the line of its file."""

    def __init__(self, step: str, message: str, line: int = 0, assertion: bool = False) -> None:
        super().__init__(message)
        self.step, self.message, self.line, self.assertion = step, message, line, assertion


def has_backend(vendor: str, arch: int | str, warp: int) -> bool:
    """Whether the installed Triton has a compiler for the GPUs of a vendor, ``cuda`` or ``hip``."""
    target = GPUTarget(vendor, arch, warp)
    return any(each.compiler.supports_target(target) for each in backends.values())


def is_compiled(kernel: Any) -> bool:
    """Whether launches of ``kernel`` go through the compiler (not so if it is interpreted)."""
    return isinstance(kernel, JITFunction)


def qualified_name(kernel: Any) -> str:
    """Module and qualified name of a kernel's function."""
    return f"{kernel.fn.__module__}.{kernel.fn.__qualname__}"


def place_of(kernel: Any, line: int) -> str:
    """``file:line`` of a line of a kernel, counted from its ``def``, from 1 (0: the ``def``)."""
    lines, start = kernel.raw_src, kernel.starting_line_number
    head = next((n for n, text in enumerate(lines) if re.match(r"\s*def\s", text)), 0)
    return f"{kernel.fn.__code__.co_filename}:{start + head + max(line - 1, 0)}"


@cache
def _backend(vendor: str, arch: int | str, warp: int) -> Any:
    return make_backend(GPUTarget(vendor, arch, warp))


#: By identity and vendor, since hashing a kernel walks its sources; the kernel is kept with it.
_binders: dict[tuple[int, str], tuple[Any, Callable]] = {}


def specialised(
    kernel: Any, arguments: tuple, keywords: dict[str, Any], vendor: str
) -> tuple[str, Callable[[], Signature]]:
    """(a text that differs where signatures do, what makes the signature) of a launch.

    Raises whatever Triton raises for arguments that no launch takes.
    """
    backend = _any_backend(vendor)
    known = _binders.get((id(kernel), vendor))
    if known is None:
        binder = create_function_from_signature(kernel.signature, kernel.params, backend)
        known = _binders[id(kernel), vendor] = kernel, binder
    given = {"debug": bool(kernel.debug), **_told_options(), **keywords}
    bound, specialization, options = known[1](*arguments, **given)

    def signature() -> Signature:
        with _quiet():
            _, types, constants, attributes = kernel._pack_args(
                backend, dict(given), bound, specialization, options
            )
        chosen = {name: value for name, value in given.items() if name not in types}
        return Signature(kernel, types, constants, attributes, chosen)

    return f"{specialization} {options}", signature


def _told_options() -> dict[str, Any]:
    """Options that Triton itself adds to every launch, by what its environment says."""
    compilation = knobs.compilation
    names = ("instrumentation_mode", "fpsan_homomorphic_casts")
    return {name: getattr(compilation, name) for name in names if hasattr(compilation, name)}


@cache
def _any_backend(vendor: str) -> Any:
    return _backend(vendor, 90, 32) if vendor == "cuda" else _backend(vendor, "gfx942", 64)


def key_of(signature: Signature, vendor: str, arch: int | str, warp: int) -> str:
    """A text that differs wherever Triton would build something else, the sources included.

    Raises :class:`Refused` where Triton cannot even tell what a kernel depends on.
    """
    backend = _backend(vendor, arch, warp)
    try:
        source = _source(signature).hash()
        with _quiet():
            options = str(backend.parse_options(dict(signature.options)))
    except Exception as error:
        raise _refused(LAST_OF_THE_FRONTEND, error) from error
    # What Triton itself lets invalidate its cache, and what it reads without saying so.
    own = {name: text for name, text in os.environ.items() if name.startswith("TRITON_")}
    environment = str(sorted({**own, **get_cache_invalidating_env_vars()}.items()))
    parts = (triton.__version__, vendor, str(arch), source, options, environment)
    return sha256("\n".join(parts).encode()).hexdigest()


def _source(signature: Signature) -> ASTSource:
    return ASTSource(signature.kernel, signature.types, signature.constants, signature.attributes)


def build(
    signature: Signature, vendor: str, arch: int | str, warp: int, *, whole: bool,
    printed: Callable[[], str] = lambda: "",
) -> Needs:  # fmt: skip
    """Build a signature: its IR only, or ``whole``, down to the binary.

    ``printed`` returns what was printed since it was called last: the compiler's own messages.
    Raises :class:`Refused`; trouble of the machine (``OSError``, ``MemoryError``) passes through.
    """
    step = LAST_OF_THE_FRONTEND
    try:
        backend = _backend(vendor, arch, warp)
        options = backend.parse_options(dict(signature.options))
        context = ir.context()
        ir.load_dialects(context)
        backend.load_dialects(context)
        source = _source(signature)
        module: Any = source.make_ir(
            backend.target,
            options,
            backend.get_codegen_implementation(options),
            backend.get_module_map(),
            context,
        )
        if not whole:
            return Needs()
        metadata: dict[str, Any] = {"target": backend.target, **options.__dict__}
        steps: dict[str, Callable] = {}
        backend.add_stages(steps, options, source.language)
        knobs.nvidia.dump_ptxas_log = True
        texts = {}
        for step, lower in steps.items():
            module = texts[step] = lower(module, metadata)
    except (OSError, MemoryError):
        raise
    except Exception as error:
        raise _refused(step, error, printed()) from error
    return _needs(metadata, printed() if vendor == "cuda" else texts.get("amdgcn", ""))


_WRAPPED = re.compile(r"""(\w+)\((["'])(.*)\2,?\)""", re.DOTALL)
"""The ``repr`` of an exception, which is all that the frontend keeps of one."""


def _refused(step: str, error: BaseException, printed: str = "") -> Refused:
    """What the compiler said, in one line, and the line of the kernel if it names one."""
    assertion = isinstance(error, CompileTimeAssertionFailure)
    line = 0
    inner: BaseException = error
    while isinstance(inner, CompilationError):
        line = line or getattr(inner.node, "lineno", 0)
        if inner.__cause__ is None:
            break
        inner = inner.__cause__
    said = (getattr(inner, "error_message", None) or str(inner)).strip()
    kind = type(inner).__name__
    if wrapped := _WRAPPED.fullmatch(said):
        kind, said = wrapped[1], wrapped[3]
    if told := re.findall(r"error: (.+)", printed):
        said = f"{said}: {told[0]}" if said else told[0]
    first = next((each.strip() for each in said.splitlines() if each.strip()), "no message")
    return Refused(step, f"{kind}: {first}", line, assertion)


def _needs(metadata: dict[str, Any], text: str) -> Needs:
    """What ptxas printed, or what the assembly of an AMD GPU says of itself."""

    def largest(*patterns: str) -> int:
        found = [int(each) for pattern in patterns for each in re.findall(pattern, text)]
        return max(found, default=0)

    return Needs(
        largest(r"Used (\d+) registers", r"\.vgpr_count:\s+(\d+)"),
        largest(r"(\d+) bytes spill stores") // 4 + largest(r"\.vgpr_spill_count:\s+(\d+)"),
        int(metadata.get("shared") or 0),
        int(metadata.get("tmem_size") or 0),
    )


@contextmanager
def _quiet() -> Iterator[None]:
    """Without what Triton warns of whoever sets its options, which here is nobody."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        yield
