"""What came of an import."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Replaced:
    """An operator, or a kernel of it, that an import put in the place of an earlier one.

    ``what`` is ``operator``, or ``kernel KEY`` with a dispatch key; a fake kernel is that of the
    key ``Meta``. ``operator`` is a full name; ``_`` stands for the fallback of all operators.
    ``before`` and ``after`` say where the two were registered; a fallback concerns all operators
    without a kernel, whether there was one before or not. ``refused`` is what torch raised:
    then the earlier one stands.
    """

    operator: str
    what: str
    before: str
    after: str
    refused: str = ""


@dataclass(frozen=True)
class Changed:
    """Something of the process, beside operators, that is another one after an import.

    ``id`` is the kind (``environ.added``, ``torch.default_dtype``), ``name`` the member of it (the
    variable), empty where there is only one. ``before`` and ``after`` are texts for people.
    """

    id: str
    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Imported:
    """What importing a file, a module, a package or a release did in this process.

    ``operators`` are the full names ``ns::op`` or ``ns::op.overload`` of what was registered
    meanwhile, sorted; what torch registers for itself is left out. ``registered`` says for each of
    them which file and line did, as far as Python did. ``present_before`` are operators of the same
    namespaces that were there already: for them the import was not needed.
    """

    text: str
    operators: tuple[str, ...]
    present_before: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    """Modules that were imported, and shared libraries that were loaded, in order."""
    execution: str = ""
    """How it runs where that is not what its author meant: ``vendor kernels emulated (...)``."""
    stood_in: tuple[str, ...] = ()
    """Full names of modules that something else stands for: they are not installed here."""
    missing: Mapping[str, str] = field(default_factory=dict)
    """What could not be had, and why: a module, a file, a shared library, an operator."""
    replaced: tuple[Replaced, ...] = ()
    changed: tuple[Changed, ...] = ()
    registered: Mapping[str, str] = field(default_factory=dict)
    device: str = ""
    """``MODULE:NAME`` of the device that executes kernels, where that is not the one they were made
    for."""
    examples: str = ""
    """``MODULE:NAME`` of calls by operator, where somebody knows them."""
