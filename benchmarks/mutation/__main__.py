"""Change the suite, one function at a time, and see whether its tests notice.

mutmut makes the mutants and runs tests against them; which tests is told by ``rooms.toml``. A
mutant that computes the same as its original stands in ``equivalent.toml`` with the reason.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from time import monotonic

from benchmarks.mutation.mutants import Fate, Mutant, fates, leave_out, mutants_of, sample
from benchmarks.mutation.rooms import Room, equivalents, rooms
from benchmarks.mutation.stage import stage
from benchmarks.mutation.table import MOST, sort_out, table


def main() -> int:
    """Exit code 1 if more than 5 % of the mutants looked at live, 2 if none could be looked at."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mutation", description=__doc__)
    add = parser.add_argument
    add("paths", nargs="*", metavar="PATH", help="files or folders to mutate (default: all rooms)")
    add("--sample", type=int, default=0, metavar="N", help="how many to look at (default: all)")
    add("--seed", type=int, metavar="N", help="of the sample (default: a new one, printed)")
    cores = os.cpu_count() or 1
    add("--workers", type=int, default=cores, metavar="N", help=f"processes (default: {cores})")
    add("--minutes", type=float, metavar="N", help="stop then, and tell what is known")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started ends, too
    seed = random.randrange(10**6) if options.seed is None else options.seed
    chosen = rooms(options.paths)
    if not chosen:
        parser.error(f"nothing to mutate in {', '.join(options.paths)}: see rooms.toml")
    end = None if options.minutes is None else monotonic() + 60 * options.minutes
    with tempfile.TemporaryDirectory(prefix="mutation-") as folder:
        places = {room: Path(folder) / str(number) for number, room in enumerate(chosen)}
        made: list[Mutant] = []
        for room, place in places.items():
            stage(room, place, options.workers)
            made += mutants_of(room, place)
        wanted = sample(made, options.sample, seed)
        print(f"{len(made)} mutants, {len(wanted)} looked at, --seed {seed}", flush=True)
        found: dict[Mutant, Fate] = {}
        ran = True
        for room, place in places.items():
            leave_out(room, place, wanted)
            if wanted & set(mutants_of(room, place)):
                ran &= _run(room, place, options.workers, end)
            found |= fates(room, place)
        code = _report(found)
        return code if ran else 2


def _run(room: Room, folder: Path, workers: int, end: float | None) -> bool:
    """Have mutmut look at a room until it is through or the time is over; whether it could."""
    command = "from mutmut.__main__ import cli; cli()"
    settings = {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(folder / "mutants")}
    with (folder / "log").open("w+") as log:
        running = subprocess.Popen(
            [sys.executable, "-c", command, "run", "--max-children", str(workers)],
            cwd=folder, env={**os.environ, **settings}, stdout=log, stderr=log,
            start_new_session=True, preexec_fn=_interruptible,
        )  # fmt: skip
        try:
            code = running.wait(None if end is None else max(0.0, end - monotonic()))
        except subprocess.TimeoutExpired:
            code = 0
            running.send_signal(signal.SIGINT)
            try:
                running.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(running.pid, signal.SIGKILL)
        except BaseException:
            os.killpg(running.pid, signal.SIGKILL)
            raise
        if code:
            log.seek(0)
            print(f"{', '.join(room.tests)} cannot be run against {', '.join(room.files)}:")
            print("\n".join(log.read().replace("\r", "\n").splitlines()[-60:]), flush=True)
        return not code


def _interruptible() -> None:
    """A shell's background jobs ignore the interrupt, and so would what they start."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _report(found: dict[Mutant, Fate]) -> int:
    alive, equivalent, complaints = sort_out(found, equivalents())
    for mutant in alive:
        print("\n".join(["", *mutant.diff()]))
    print("", table(found, equivalent), "", sep="\n")
    for complaint in complaints:
        print(complaint)
    looked_at = sum(fate is not Fate.NOT_LOOKED_AT for fate in found.values())
    part = len(alive) / max(looked_at, 1)
    print(f"{len(alive)} of {looked_at} live: {part:.1%}, at most {MOST:.0%} may")
    return int(part > MOST)


if __name__ == "__main__":
    sys.exit(main())
