"""Planted memory faults, each named with kernel line and program."""

from collections.abc import Callable

import torch

from benchmarks import memory_faults
from benchmarks.row import Row
from conformance.lockstep import lockstep


def _read_beyond() -> None:
    x, out = torch.arange(10.0), torch.zeros(10)
    memory_faults.read_beyond[(2,)](x, out, 10, BLOCK=8)


def _write_beyond() -> None:
    x, out = torch.arange(16.0), torch.zeros(16)[:10]
    memory_faults.write_beyond[(2,)](x, out, 10, BLOCK=8)


def _read_unwritten() -> None:
    out = torch.empty(8)
    memory_faults.add_in_place[(1,)](torch.ones(8), out, BLOCK=8)


def _write_race() -> None:
    memory_faults.write_total[(4,)](torch.arange(32.0), torch.zeros(1), BLOCK=8)


def _read_race() -> None:
    memory_faults.shift[(4,)](torch.arange(33.0), BLOCK=8)


FAULTS: dict[str, tuple[str, Callable[[], None]]] = {
    "out-of-bounds read": ("read", _read_beyond),
    "out-of-bounds write": ("write", _write_beyond),
    "uninitialised read": ("unwritten", _read_unwritten),
    "write race": ("total", _write_race),
    "read race": ("shift", _read_race),
}


def rows() -> list[Row]:
    """One row per kind: reported as that kind alone, on its line, with its program."""
    table = []
    for kind, (mark, launch) in FAULTS.items():
        with lockstep(poison=0xFF) as session:
            launch()
        kinds = {violation.kind for violation in session.violations}
        first = session.violations[0] if session.violations else None
        named = first is not None and first.line in memory_faults.lines_of(mark)
        told = f"line {first.line}, program {first.program}" if first else "not found"
        table.append(
            Row(f"planted {kind}", "named with line and program", told, kinds == {kind} and named)
        )
    return table
