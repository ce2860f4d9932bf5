"""What a lock keeps of a namespace: everything that callers may rely on, and hashes to look at."""

from dataclasses import dataclass, field

from conformance.schemas.schema import Argument, FakeResult, Schema


@dataclass(frozen=True)
class LockedOperator:
    """One overload of an operator.

    ``fake`` has an entry for each result, None if there is no fake kernel or nothing is known of
    it. ``registered`` is the file that registers it, from the root of the package (``pkg/ops.py``),
    or of the C++ source. ``keys`` are the dispatch keys with a kernel of its own, sorted. ``body``
    is the sha256 of the source of the real kernel, as information only.
    """

    schema: Schema
    tags: tuple[str, ...] = ()
    fake: tuple[FakeResult, ...] | None = None
    registered: str = ""
    keys: tuple[str, ...] = ()
    body: str = ""


@dataclass(frozen=True)
class LockedKernel:
    """A Triton kernel: parameters in order, those that are ``tl.constexpr`` among them."""

    name: str
    """``module.path:function``."""
    parameters: tuple[Argument, ...]
    constexprs: tuple[str, ...] = ()
    body: str = ""


@dataclass(frozen=True)
class LockedFunction:
    """A Python function that callers import; ``name`` is ``module.path:function``."""

    name: str
    parameters: tuple[Argument, ...]
    returns: str = ""
    body: str = ""


@dataclass(frozen=True)
class Switch:
    """An environment variable that chooses between implementations, with its default as written."""

    name: str
    default: str | None = None


@dataclass(frozen=True)
class Lock:
    """A namespace of operators, or a package. All tuples are sorted by name."""

    namespace: str
    operators: tuple[LockedOperator, ...] = ()
    kernels: tuple[LockedKernel, ...] = ()
    functions: tuple[LockedFunction, ...] = ()
    switches: tuple[Switch, ...] = ()
    unresolved: tuple[str, ...] = field(default=(), compare=False)
    """What could not be read from source, as ``FILE:LINE: TEXT``. It is not locked."""
