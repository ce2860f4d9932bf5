"""What one run is to do, in a form that another process can read."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

GIB = 1 << 30
LARGEST_SEED = (1 << 63) - 1
"""Generators of torch take no larger seed."""


@dataclass(frozen=True)
class Profile:
    """A choice of effort.

    ``examples`` cases are drawn per check (times the check's effort, and less for contracts that
    can be asked more than a dozen checks); fixed cases with a tensor of more than ``largest``
    elements are left out, and counted, but for the sizes of released models; shrinking the failures
    of a check may take ``shrink_seconds``; ``checks`` are check ids, empty for all. ``binaries``
    says which signatures of Triton kernels are built down to the binary: none, some or all.
    ``targets`` are the GPUs that they are built for. Once a case of a check has failed, its further
    cases are asked for ``further_seconds``: another fault may show in them.
    """

    name: str
    summary: str
    examples: int
    largest: int
    shrink_seconds: float
    checks: tuple[str, ...] = ()
    binaries: str = "some"
    targets: tuple[str, ...] = ("sm_90",)
    further_seconds: float = 3.0


@dataclass(frozen=True)
class Limits:
    """How long a single call may take (seconds) and how much memory a subject's process (bytes)."""

    call_seconds: float = 120.0
    judge_seconds: float = 900.0
    load_seconds: float = 900.0
    memory: int = 8 * GIB


def check_seed(seed: int) -> None:
    """Raise ``ValueError`` for a seed that generators do not take."""
    if abs(seed) > LARGEST_SEED:
        raise ValueError(f"{seed} is no seed: a seed has at most 63 bits")


def check_given(what: str, text: str | None) -> None:
    """Raise ``ValueError`` for a text that is given and says nothing. ``what`` is its name."""
    if text is not None and not text.strip():
        raise ValueError(f"{what}: {text!r} says nothing: leave it out, or name one")


@dataclass(frozen=True)
class Registration:
    """What is asked of a registration instead of a subject of a contract.

    ``operator`` is ``ns::op`` or ``ns::op.overload``. ``contract`` is an operator or contract that
    says how it is called (empty: nobody does), ``example`` is ``FILE.py:NAME`` of a call to vary.
    """

    operator: str
    contract: str = ""
    example: str = ""


@dataclass(frozen=True)
class Request:
    """A subject, a contract and how to ask.

    ``operator`` and ``subject`` are texts as a user gives them (None: the operator's own),
    ``store`` is the folder of kept cases (None: no folder), ``waivers`` are waiver files beside the
    suite's own, which count if ``shipped_waivers``. Raises ``ValueError`` for a seed that
    generators do not take, and for a device, store or waivers that are given and say nothing;
    what an operator or a subject may be called, their look-up says. With a ``registration`` the
    checks of registrations are asked, and ``operator`` is only what the run is called.
    """

    operator: str
    subject: str | None
    device: str
    profile: Profile
    seed: int
    store: str | None = None
    waivers: tuple[str, ...] = ()
    limits: Limits = Limits()
    shipped_waivers: bool = True
    imports: str = ""
    """What registers operators, imported first: ``FILE.py``, ``MODULE``, ``PACKAGE`` or
    ``PACKAGE==VERSION``; empty for nothing."""
    registration: Registration | None = None
    cases: str | None = None
    """The folder of captured calls (None: there are none)."""
    dump: str | None = None
    """Where a case that is replayed is written to, with all that is known of it (None: nowhere)."""
    asked: tuple[str, ...] | None = None
    """Ids of the checks that will be asked, so that what they launch can be compiled together;
    empty for all, None where nobody knows."""
    compiled: bool = False
    """Whether all that these checks launch was compiled ahead already."""
    share_device: bool = False
    """Whether the run begins on a GPU that another one uses."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """What a user said of the subject beside its name; the operator says what there is."""

    def __post_init__(self) -> None:
        check_seed(self.seed)
        check_given("device", self.device)
        check_given("store", self.store)
        check_given("cases", self.cases)
        for path in self.waivers:
            check_given("waivers", path)

    @property
    def words(self) -> tuple[str, ...]:
        """The options of the command line that say what is asked beside operator and subject."""
        found: list[str] = []
        asked = self.registration or Registration("")
        for option, value in (
            ("--import", self.imports),
            ("--contract", asked.contract),
            ("--example", asked.example),
            ("--cases", self.cases),
        ):
            if value:
                found += [option, value]
        for name, value in self.settings.items():
            found += [f"--{name}", value]
        return tuple(found)

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Request":
        data: dict[str, Any] = json.loads(text)
        listed = {name: tuple(data["profile"][name]) for name in ("checks", "targets")}
        data["profile"] = Profile(**{**data["profile"], **listed})
        data["waivers"] = tuple(data["waivers"])
        if data["asked"] is not None:
            data["asked"] = tuple(data["asked"])
        data["limits"] = Limits(**data["limits"])
        if data["registration"] is not None:
            data["registration"] = Registration(**data["registration"])
        return cls(**data)
