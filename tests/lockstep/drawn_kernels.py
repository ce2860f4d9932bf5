"""Kernels drawn at random, full of branches and loops on which programs disagree."""

from __future__ import annotations

import importlib.util
import random
from pathlib import Path
from typing import Any

import torch

#: Programs of a launch, elements of a block, integers that each program is given.
PROGRAMS, BLOCK, GIVEN = 9, 4, 3

_HEAD = """
import triton
import triton.language as tl


@triton.jit
def helper(n, x, ROUNDS: tl.constexpr):
    if n < 0:
        return x - n
    if ROUNDS > 1:
        if n == 2:
            return x * 3.0
        n += 1
    for t in range(n):
        x += t
    return x * 0.5


@triton.jit
def kernel(given_ptr, x_ptr, out_ptr, numbers_ptr, BLOCK: tl.constexpr):
    pid = tl.program_id(0)
    lanes = tl.arange(0, BLOCK)
    a = tl.load(given_ptr + pid * 3)
    b = tl.load(given_ptr + pid * 3 + 1)
    c = tl.load(given_ptr + pid * 3 + 2)
    x = tl.load(x_ptr + pid * BLOCK + lanes)
    y = tl.full((BLOCK,), 1.0, tl.float32)
    z = tl.zeros((BLOCK, BLOCK), tl.float32) + x[:, None]
"""

_TAIL = """
    tl.store(out_ptr + pid * BLOCK + lanes, x + y + tl.sum(z, axis=0))
    tl.store(numbers_ptr + pid, a * 10000 + b * 100 + c)
"""


class _Writer:
    """Writes one kernel; ``loops`` limits how deep loops nest."""

    def __init__(self, seed: int):
        self.draw = random.Random(seed)
        # What makes programs unable to meet again is left out of most kernels.
        self.meets = seed % 3 > 0
        self.lines: list[str] = []
        self.names = 0

    def number(self) -> str:
        draw = self.draw
        return draw.choice(
            ["a", "b", "c", "pid", "1", "2", "3", "a - b", "b % 3", "(a + c) % 4", "pid // 2"]
        )

    def condition(self) -> str:
        draw = self.draw
        one = f"{self.number()} {draw.choice(['<', '>', '==', '!=', '<=', '>='])} {self.number()}"
        if draw.random() < 0.2:
            joint = draw.choice(["and", "or"])
            return f"{one} {joint} {self.number()} < {self.number()}"
        return draw.choice([one, one, one, f"not ({one})", "tl.sum(x) > 0", "BLOCK > 2"])

    def simple(self) -> str:
        number, draw = self.number(), self.draw
        return draw.choice([
            "y = y - x * 0.25" if self.meets else "z = tl.trans(z)",
            f"a = ({number}) % 7",
            f"b = ({number}) - c",
            "b = b % 5",
            f"c += ({number}) % 3",
            f"x += y * ({number})",
            f"x = tl.where(lanes > ({number}), x, y - 1.0)",
            f"y = y * 0.5 + ({number})",
            "z = z * 0.5 + tl.trans(z) * x[None, :]",
            "y = tl.sum(z, axis=1) * 0.125 + tl.max(x, axis=0)",
            f"x = helper(({number}) % 4, x, {draw.choice([1, 2])})",
            f"y = helper(({number}) - 2, y, 2)",
            f"y += tl.load(x_ptr + (pid + ({number})) * BLOCK + lanes)",
            f"x += tl.load(x_ptr + lanes, mask=lanes < ({number}), other=0.5)",
            "tl.store(out_ptr + pid * BLOCK + lanes, x)",
            f"a = ({number}) % 5 if {self.condition()} else ({self.number()}) % 3",
            f"y = x if {self.condition()} else y + 1.0",
            "t = x * 2.0",
        ])  # fmt: skip

    def block(self, depth: int, indent: str, looped: bool) -> None:
        for _ in range(self.draw.randint(1, 3)):
            self.statement(depth, indent, looped)

    def statement(self, depth: int, indent: str, looped: bool) -> None:
        draw, write = self.draw, self.lines.append
        kind = draw.random()
        if depth == 0 or kind < 0.4:
            write(f"{indent}{self.simple()}")
            return
        self.names += 1
        name, inner = f"n{self.names}", indent + "    "
        if kind < 0.65:
            write(f"{indent}if {self.condition()}:")
            self.block(depth - 1, inner, looped)
            if draw.random() < 0.3:
                write(f"{indent}elif {self.condition()}:")
                self.block(depth - 1, inner, looped)
            if draw.random() < 0.5:
                write(f"{indent}else:")
                self.block(depth - 1, inner, looped)
            if not looped and draw.random() < 0.25:
                write(f"{inner}tl.store(numbers_ptr + pid, -1)")
                write(f"{inner}return")
        elif kind < 0.85:
            bounds = draw.choice([
                f"({self.number()}) % 4", f"({self.number()}) % 3, ({self.number()}) % 5",
                f"({self.number()}) % 6, -1, -2", "0, a % 4, 2", "2",
                "pid % 3, 5, 1 + (b % 2) * (b % 2)",
            ])  # fmt: skip
            write(f"{indent}for {name} in range({bounds}):")
            write(f"{inner}x += {name}")
            self.block(depth - 1, inner, looped=True)
            if not self.meets and draw.random() < 0.15:
                write(f"{inner}if {self.condition()}:")
                write(f"{inner}    {draw.choice(['break', 'continue'])}")
                write(f"{inner}y -= 0.25")
        else:
            write(f"{indent}{name} = {draw.choice(['a % 5', 'pid % 4', 'b % 3 + 1', '3'])}")
            write(f"{indent}while {name} > {draw.choice(['0', '1', 'c % 3', '-1'])}:")
            self.block(depth - 1, inner, looped=True)
            write(f"{inner}{name} -= 1")


def source(seed: int) -> str:
    """The source of the kernel with this seed."""
    writer = _Writer(seed)
    for _ in range(6):
        writer.statement(3, "    ", looped=False)
    return _HEAD + "\n".join(writer.lines) + "\n" + _TAIL


def load(seed: int, folder: Path) -> Any:
    """The kernel with this seed, out of a file in ``folder``."""
    path = folder / f"drawn_{seed}.py"
    path.write_text(source(seed))
    spec = importlib.util.spec_from_file_location(f"drawn_{seed}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.kernel


def run(kernel: Any, seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    """What a launch of the kernel leaves in its two outputs."""
    generator = torch.Generator().manual_seed(seed)
    given = torch.randint(-3, 7, (PROGRAMS, GIVEN), generator=generator, dtype=torch.int32)
    x = torch.randn(PROGRAMS, BLOCK, generator=generator)
    out, numbers = torch.zeros(PROGRAMS, BLOCK), torch.zeros(PROGRAMS, dtype=torch.int32)
    kernel[(PROGRAMS,)](given, x, out, numbers, BLOCK=BLOCK)
    return out, numbers
