"""The vendor's kernels, emulated, against the vendor's own torch references of the same release.

`python -m conformance_kernels.rbln_attention.releases.vendor_comparison VERSION` prints what
`compare` returns, as JSON.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import torch

from ..contract import OPERATORS
from .released import REFERENCES
from .vendor import fetched, load, load_reference

HEADS, GROUPS, DIM, ROWS, BLOCKS = 2, 3, 64, 16, 12
"""Key heads, query heads for each, head dimension, rows of a partition or window, blocks."""

_INSIDE = (0, 1, 7, ROWS - 1)
_ACROSS = (0, 1, ROWS - 1, ROWS, ROWS + 1, 2 * ROWS - 1, 2 * ROWS, 2 * ROWS + 5)


@dataclass(frozen=True)
class Case:
    """`starts` are the tokens of each sequence before the call, of which each adds `length`.

    `real` of these, the first ones, mean something. `partitions` is 0 for a sliding window.
    """

    operator: str
    starts: tuple[int, ...]
    length: int
    real: int
    partitions: int
    seed: int

    def __str__(self) -> str:
        starts = ",".join(map(str, self.starts))
        rest = f" real={self.real}" if self.real != self.length else ""
        return f"{self.operator} starts={starts} L={self.length}{rest} NP={self.partitions or 1}"


@dataclass(frozen=True)
class Compared:
    """A case, and how far the emulated kernel is from the vendor's reference.

    `error` is the worst absolute error of the output, `share` the worst part of the contract's
    budget that an error takes up (1 is all of it), `same_cache` whether the caches agree bit for
    bit where the operator defines them.
    """

    text: str
    error: float
    share: float
    same_cache: bool


def compare(version: str) -> list[Compared]:
    """Every case, the emulated kernel in fp32 against the vendor's reference in fp64.

    In fp32 the reference would err as much as the kernel, and by how much depends on the order in
    which the processor's matrix product sums: 8e-7 on some, 1.3e-6 on others. Runs in a process of
    its own, since one process holds one release. Raises `SubjectNotFound` and `SubjectUnavailable`,
    and RuntimeError if a case cannot be run.
    """
    fetched(version)
    command = [sys.executable, "-m", __spec__.name if __spec__ else __name__, version]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"comparison with {version} failed: {done.stderr.strip()[-2000:]}")
    return [Compared(*values) for values in json.loads(done.stdout)]


def cases() -> Iterator[Case]:
    """All cases that the references can answer."""
    found: list[tuple] = []
    for partitions in (1, 3):
        for start in _INSIDE:
            found += [("flash_attention_naive_decode", (start,), 1, 1, partitions)]
            lengths = {length for length in (1, 4, ROWS - start) if start + length <= ROWS}
            for length in sorted(lengths):
                found += [("flash_attention_naive_prefill", (start,), length, length, partitions)]
    for start in _ACROSS:
        for length in (1, 4):
            if start % ROWS + length <= ROWS:
                found += [("flash_causal_attention_naive_prefill", (start,), length, length, 3)]
        found += [("flash_causal_attention_naive_decode", (start,), 1, 1, 3)]
        rows = (start, 5, 2 * ROWS)
        found += [("flash_causal_attention_naive_decode", rows, 1, 1, 3)]
    for start in (0, 1, ROWS // 2, ROWS - 1, ROWS):
        for length, real in ((4, 4), (ROWS, ROWS), (ROWS + 8, ROWS + 8), (8, 3)):
            found += [("sliding_window_attention_naive_prefill", (start,), length, real, 0)]
        for starts in ((start,), (start, 0, ROWS)):
            found += [("sliding_window_attention_naive_decode", starts, 1, 1, 0)]
    return (Case(*fields, seed) for seed, fields in enumerate(found))


def arguments(case: Case, index_dtype: torch.dtype) -> tuple[torch.Tensor, ...]:
    """The operator's arguments in order; caches hold values everywhere."""
    generator = torch.Generator().manual_seed(case.seed)

    def values(*shape: int) -> torch.Tensor:
        return torch.randn(shape, generator=generator)

    batch, length, partitions = len(case.starts), case.length, case.partitions or 1
    query = values(batch, HEADS, GROUPS, length, DIM)
    key, value = (values(batch, HEADS, 1, length, DIM) for _ in range(2))
    cache = values(2, BLOCKS, HEADS, 1, ROWS, DIM)
    blocks = torch.randperm(BLOCKS - 1, generator=generator)[: batch * partitions] + 1
    table = blocks.view(batch, partitions).to(index_dtype)
    table = table[0] if case.operator.endswith("prefill") else table
    starts = torch.tensor(case.starts)[:, None]
    scale = torch.tensor(0.2)
    if not case.partitions:
        ends = (starts + case.real).to(index_dtype)
        return (query, key, value, cache, starts.to(index_dtype), ends, scale, table, scale)
    held = (starts - torch.arange(partitions) * ROWS).clamp(0, ROWS).to(index_dtype)
    if case.operator.startswith("flash_causal"):
        return (query, key, value, cache, scale, held, table, scale)
    own = starts[:, :, None] + torch.arange(length)[:, None]
    keys = torch.arange(partitions * ROWS)
    dropped = torch.rand(batch, length, len(keys), generator=generator) < 0.3
    visible = (keys <= own) & (~dropped | (keys == own))
    mask = visible[:, None, None].float()
    return (query, key, value, cache, mask, scale, held, table, scale)


def _run(version: str) -> list[tuple[str, float, float, bool]]:
    references = load_reference(version)
    index_dtype = getattr(torch, REFERENCES[version].index_dtype)
    found = []
    for case in cases():
        loaded = load(case.operator, version)
        mine, theirs = arguments(case, index_dtype), arguments(case, index_dtype)
        outcome = loaded.device.call(loaded.function, mine, 0xFF)
        if outcome.raised or outcome.violations or outcome.launches != 1:
            raise RuntimeError(f"{case}: {outcome}")
        exact = tuple(t.double() if t.is_floating_point() else t for t in theirs)
        references[case.operator](*theirs)  # for the cache that it leaves behind
        allowed = _allowed(case, exact)
        want = references[case.operator](*exact)
        error = (outcome.result.double() - want).abs()[..., : case.real, :]
        share = (error / allowed[..., : case.real, :]).max().item()
        found.append((str(case), error.max().item(), share, _same_cache(case, mine, theirs)))
    return found


def _allowed(case: Case, exact: tuple[torch.Tensor, ...]) -> torch.Tensor:
    """What the contract allows a float32 output to be off, element by element."""
    contract = OPERATORS[case.operator].contract
    answer, budget = contract.reference(*exact), contract.outputs[0].budget_for("float32")
    magnitude = answer.magnitudes[contract.outputs[0].name]
    return budget.relative * answer.outputs[0].abs() + budget.absolute * magnitude


def _same_cache(case: Case, mine: tuple, theirs: tuple) -> bool:
    """Whether the caches agree; of a window only the rows that it holds are defined."""
    defined = torch.ones_like(mine[3], dtype=torch.bool)
    if not case.partitions:
        for start, block in zip(case.starts, mine[7].reshape(-1).tolist(), strict=True):
            defined[:, block, :, :, start + case.real :] = False
    return torch.equal(mine[3][defined], theirs[3][defined])


if __name__ == "__main__":
    print(json.dumps(_run(sys.argv[1])))
