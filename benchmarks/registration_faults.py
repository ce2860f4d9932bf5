"""How many dishonest registrations the checks find, and how many right ones they flag."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from benchmarks.row import Row

SECONDS = 600
"""Time limit for one operator."""
SEED = 1

_CONTRACTS = Path(__file__).with_name("registration_contracts.py")
_OPERATORS = {"route": f"{_CONTRACTS}:ROUTE", "attn": f"{_CONTRACTS}:ATTENTION"}
"""Attributes of what an entry of a file gives, each with its contract."""

_ENTRY = """import runpy
import sys

sys.path.append({folder!r})
FOUND = runpy.run_path({file!r})[{group!r}][{name!r}]()
"""
_PLANTED = """from conformance_kernels.dishonest import FAULTS, HONEST

PLANTED = {{**FAULTS, **HONEST}}[{name!r}]
PLANTED.plant(PLANTED.namespace)
ARGUMENTS = PLANTED.example()
"""
_NAMES = """import json, sys
from conformance.catalogue.objects import load_object
found = load_object(sys.argv[1] + ":FOUND")
print(json.dumps({name: str(getattr(found, name)) for name in sys.argv[2:]}))
"""


@dataclass(frozen=True)
class Judged:
    """The verdict of each check on one registration, and the exit code; -1 if time was over."""

    name: str
    verdicts: Mapping[str, str]
    code: int
    seconds: float

    @property
    def failing(self) -> tuple[str, ...]:
        return tuple(check for check, verdict in self.verdicts.items() if verdict == "FAIL")

    @property
    def undecided(self) -> bool:
        """Whether nobody knows: an error of the suite, or no time."""
        return self.code not in (0, 1) or "ERROR" in self.verdicts.values()


@dataclass(frozen=True)
class Asked:
    """One registration to ask: its name in the table, the operator, what imports it, and what says
    how it is called."""

    name: str
    operator: str
    file: Path
    options: tuple[str, ...]


def rows(path: Path | None, jobs: int, profile: str = "quick") -> list[Row]:
    """``path`` names a file with dictionaries ``MUT`` (dishonest) and ``VAR`` (right) of functions
    that return an object with ``route`` and ``attn``, two operators of ``torch.ops`` in a fresh
    namespace. Without it our own planted ones are asked."""
    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(jobs) as pool:
        folder = Path(scratch)
        asked = _of_file(path, folder, pool) if path else _planted(folder)

        def ask(group: Sequence[Asked]) -> list[Judged]:
            return [judge(each, folder, profile) for each in group]

        judged = [dict(zip(group, pool.map(ask, group.values()), strict=True)) for group in asked]
    source = path.name if path else "kernels/dishonest"
    return _table(source, *judged, _must_find() if path is None else {})


def judge(asked: Asked, folder: Path, profile: str) -> Judged:
    """``conformance check NAMESPACE::OPERATOR`` in a process of its own, and what its log says."""
    log = folder / f"{asked.file.stem}-{asked.operator.replace(':', '_')}.json"
    command = [sys.executable, "-m", "conformance", "check", asked.operator, "--import"]
    command += [str(asked.file), *asked.options, "--no-store", "--json", str(log)]
    command += ["--profile", profile, "--seed", str(SEED)]
    begin = perf_counter()
    try:
        code = subprocess.run(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=SECONDS,
            env=_environment(),
        ).returncode  # fmt: skip
    except subprocess.TimeoutExpired:
        code = -1
    judged = Judged(asked.name, _verdicts(log), code, perf_counter() - begin)
    said = ", ".join(judged.failing) or ("undecided" if judged.undecided else "nothing")
    print(f"  {asked.name}: {said} ({judged.seconds:.0f} s)", file=sys.stderr, flush=True)
    return judged


def _environment() -> dict[str, str]:
    return {**os.environ, "OMP_NUM_THREADS": "1"}


def _verdicts(log: Path) -> dict[str, str]:
    """The worst verdict of each check, over all that the log tells of."""
    if not log.is_file():
        return {}
    found: dict[str, str] = {}
    worst = ("ERROR", "FAIL")
    for event in json.loads(log.read_text())["events"]:
        if event["event"] == "CheckFinished" and found.get(event["check"]) not in worst:
            found[event["check"]] = event["verdict"]
    return found


def _planted(folder: Path) -> tuple[dict[str, list[Asked]], dict[str, list[Asked]]]:
    from conformance_kernels.dishonest import FAULTS, HONEST

    def asked(each) -> list[Asked]:
        file = folder / f"{each.id.replace('-', '_')}.py"
        file.write_text(_PLANTED.format(name=each.id))
        contract = getattr(each, "contract", "")
        options = ("--contract", contract) if contract else ("--example", f"{file}:ARGUMENTS")
        return [Asked(each.id, f"{each.namespace}::op", file, options)]

    return (
        {name: asked(each) for name, each in FAULTS.items()},
        {name: asked(each) for name, each in HONEST.items()},
    )


def _must_find() -> dict[str, tuple[str, ...]]:
    from conformance_kernels.dishonest import FAULTS

    return {name: fault.caught_by for name, fault in FAULTS.items()}


def _of_file(
    path: Path, folder: Path, pool: ThreadPoolExecutor
) -> tuple[dict[str, list[Asked]], ...]:
    """The entries of a file, each in a file of its own that plants it when imported."""
    program = "import json, runpy, sys; sys.path.insert(0, sys.argv[2]); f = runpy.run_path("
    program += "sys.argv[1]); print(json.dumps([list(f['MUT']), list(f['VAR'])]))"
    groups = json.loads(_said("-c", program, str(path), str(path.resolve().parent)))

    def asked(group: str, number: int, name: str) -> list[Asked]:
        file = folder / f"{group.lower()}_{number}.py"
        text = _ENTRY.format(
            folder=str(path.resolve().parent), file=str(path.resolve()), group=group, name=name
        )
        file.write_text(text)
        operators = json.loads(_said("-c", _NAMES, str(file), *_OPERATORS))
        return [
            Asked(f"{name} {what}", operators[what].replace(".", "::", 1), file,
                  ("--contract", contract))
            for what, contract in _OPERATORS.items()
        ]  # fmt: skip

    found = []
    for group, names in zip(("MUT", "VAR"), groups, strict=True):
        entries = pool.map(asked, [group] * len(names), range(len(names)), names)
        found.append(dict(zip(names, entries, strict=True)))
    return tuple(found)


def _said(*arguments: str) -> str:
    """The last line that a Python program prints. Raises RuntimeError if it fails."""
    ended = subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, timeout=SECONDS,
        env=_environment(),
    )  # fmt: skip
    if ended.returncode:
        raise RuntimeError(ended.stderr[-2000:])
    return ended.stdout.splitlines()[-1]


def _table(
    source: str,
    dishonest: Mapping[str, Sequence[Judged]],
    right: Mapping[str, Sequence[Judged]],
    must_find: Mapping[str, Sequence[str]],
) -> list[Row]:
    missed = [name for name, judged in dishonest.items() if not any(j.failing for j in judged)]
    flagged = [name for name, judged in right.items() if any(j.code != 0 for j in judged)]
    table = [
        Row(
            f"dishonest registrations of {source} found",
            str(len(dishonest)),
            str(len(dishonest) - len(missed)),
            not missed,
        ),
        Row(
            f"right registrations of {source} ({len(right)}) flagged",
            "0",
            str(len(flagged)),
            not flagged,
        ),
    ]
    overlooked = []
    for name, checks in must_find.items():
        failing = {check for judged in dishonest[name] for check in judged.failing}
        overlooked += [f"{name} by {check}" for check in checks if check not in failing]
    if must_find:
        count = sum(map(len, must_find.values()))
        table.append(
            Row(
                "… each by the check that must find it",
                str(count),
                str(count - len(overlooked)),
                not overlooked,
            )
        )
    every = [each for group in (dishonest, right) for judged in group.values() for each in judged]
    slowest = max((each.seconds for each in every), default=0.0)
    table.append(Row("slowest of them, start included, s", "", f"{slowest:.0f}", None))
    for name in (*missed, *flagged, *overlooked):
        print(f"  wrongly judged: {name}", file=sys.stderr)
    return table
