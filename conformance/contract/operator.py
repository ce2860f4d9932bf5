"""An operator as the suite finds it: its contract and its known implementations."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from conformance.contract.contract import Contract
from conformance.contract.measured import Measured
from conformance.contract.tuning import Tuning


@dataclass(frozen=True)
class Constant:
    """A value that a released function is given in every call."""

    value: Any


DEFAULT = Constant("its own default")
"""For a parameter that a released function is not given."""


@dataclass(frozen=True)
class Promise:
    """What a release promises less than the contract; it is asked no more.

    ``within`` are conditions on axes (``"D % 64 == 0"``), ``dtypes`` are those of arguments of
    which it takes fewer, ``without`` are optional arguments that it does not take, ``words`` are
    those of arguments or choices of which it knows fewer.
    """

    within: tuple[str, ...] = ()
    dtypes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Release:
    """Where a released package holds the operator: a function of one file of its wheel.

    ``distributions`` are tried in order on the package index, ``module`` is where the function is
    in an installed package. ``function`` may be ``CLASS.apply``. The file is loaded with what it
    needs of the other files of the wheel; the names that ``imports`` maps (``"vllm.platforms"``,
    ``"vllm.triton_utils.tl"``, ``"torch.cuda"``) come from the modules that it maps them to. What
    neither gives is stood in for. Where that does not suffice, ``load`` does it all.
    """

    package: str
    distributions: tuple[str, ...]
    file: str = ""
    function: str = ""
    module: str = ""
    imports: Mapping[str, str] = field(default_factory=dict)
    prepare: str | None = None
    """``module:function`` to call before the installed package is imported."""
    load: str | None = None
    """``module:function``, called with the contract's name and a version ("": the one installed);
    returns a :class:`~conformance.subjects.loaded.Loaded`."""
    arguments: Mapping[str, "str | Constant"] = field(default_factory=dict)
    """Maps each parameter of the function, in order, to the name of the contract's argument that it
    is given, to a :class:`Constant`, or to :data:`DEFAULT`. If empty, the function takes the
    contract's arguments as they are."""
    adapter: str | None = None
    """``module:function`` that is called with the released function and returns one that takes the
    contract's arguments, where names alone do not say it."""
    promise: str | None = None
    """``module:function``, called like ``load``; returns a :class:`Promise` (None: the release
    promises what the contract says). It runs where the subject cannot reach, and must not run the
    release's code."""
    versions: str | None = None
    """``module:NAME`` of the versions that hold the operator, oldest first."""


@dataclass(frozen=True)
class Aspect:
    """One column of the table of an operator's releases.

    ``cases`` lists what is asked, whatever the release promises; each case names the check that
    decides. ``look`` asks the release's files instead: it is called with their folder and with the
    names of contract and version, and returns findings. ``lacks`` says why a contract cannot be
    asked (None: it can).
    """

    id: str
    question: str
    cases: Callable[[Contract], Iterable[Any]] | None = None
    look: Callable[..., list[Any]] | None = None
    lacks: Callable[[Contract], str | None] = lambda contract: None


@dataclass(frozen=True)
class Setting:
    """What a user may say of a subject beside its name, as ``--NAME VALUE``.

    ``words`` are all that it may be; if there are none, it is any text. With ``places`` it may also
    be ``FILE.py:NAME`` or ``module:NAME``.
    """

    name: str
    meaning: str
    words: tuple[str, ...] = ()
    places: bool = False

    def allows(self, value: str) -> bool:
        """Whether it may have this value."""
        if self.places and ":" in value.strip(":"):
            return True
        return bool(value.strip()) and (not self.words or value in self.words)

    @property
    def takes(self) -> str:
        """What it may be, in words."""
        words = [*self.words, *(["FILE.py:NAME"] if self.places else [])]
        return ", ".join(words) or "any text"


@dataclass(frozen=True)
class Mode:
    """One way of running a subject, in a table of all: what it is called, and what is said of it
    on the command line."""

    name: str
    subject: str
    settings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Operator:
    """A contract and its known implementations: what ``conformance.operators`` entry points name.

    ``subjects`` maps short names to ``module:function`` texts; the first is the default subject.
    ``aspects`` are the columns of the table that ``conformance releases`` makes.
    """

    contract: Contract
    subjects: Mapping[str, str] = field(default_factory=dict)
    releases: tuple[Release, ...] = ()
    aspects: tuple[Aspect, ...] = ()
    registered: Mapping[str, Promise] = field(default_factory=dict)
    """Operators of torch (``namespace::name``) that take what the contract says, and what they
    promise less."""
    settings: tuple[Setting, ...] = ()
    """What a user may say of a subject. A ``load`` of a release gets a dict of them as well."""
    modes: tuple[Mode, ...] = ()
    """The rows of the table that ``conformance generate`` makes."""
    bind: str | None = None
    """``module:function``, called with the operator and a dict of what the user said; returns the
    operator that is asked. It must not import torch."""
    measured: Measured | None = None
    """What ``conformance bench`` measures."""
    tuning: Tuning | None = None
    """How ``conformance tune`` finds the launch shapes of the operator's own kernel."""
    serving: str | None = None
    """For engines: ``module:function``, called with the contract's name and a dict of what the user
    said; returns the engines that ``conformance bench`` compares, the stock one first, as a dict
    from names to pairs of a :class:`~conformance.generation.setup.ProcessSetup` and an
    :class:`~conformance.generation.setup.EngineSetup`."""
