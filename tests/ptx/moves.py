"""Instructions that move values: between registers, to and from memory, from type to type."""

import re
from collections.abc import Sequence

import numpy as np

from .parsing import Operand
from .program import Program
from .values import FLOATS, SIGNED, UNSIGNED, width_of


def _mov(program: Program, words: Sequence[str], operands: Sequence[Operand]) -> None:
    to, of = operands
    if isinstance(to, str) and isinstance(of, str):
        program.write(
            to, program.read(of, "pred" if words == ["pred"] else f"b{width_of(words[0])}")
        )
        return
    width, parts = width_of(words[0]), to if isinstance(to, list) else of
    part = width // len(parts)
    shifts = [np.uint64(place * part) for place in range(len(parts))]
    if isinstance(to, list):
        whole = program.read(of, f"b{width}").astype(np.uint64)
        for each, shift in zip(to, shifts, strict=True):
            program.write(each, (whole >> shift).astype(UNSIGNED[part]))
    else:
        packed = np.zeros(program.threads, np.uint64)
        for each, shift in zip(of, shifts, strict=True):
            packed |= program.read(each, f"b{part}").astype(np.uint64) << shift
        program.write(to, packed.astype(UNSIGNED[width]))


def _ld(program: Program, words: Sequence[str], operands: Sequence[Operand]) -> None:
    space, kind = words[0], words[-1]
    width, signed = width_of(kind), kind.startswith("s")
    if space == "param":
        (number,) = re.findall(r"_param_(\d+)", operands[1])
        values = np.full(program.threads, program.parameters[int(number)], np.int64)
        program.write(operands[0], values if signed else values.astype(SIGNED[width]))
        return
    targets = operands[0] if isinstance(operands[0], list) else [operands[0]]
    for place, target in enumerate(targets):
        values = program.held(target, f"b{width}")
        for thread in np.flatnonzero(program.active):
            memory = program.memory(space, operands[1], thread, width // 8, place * width // 8)
            values[thread] = memory.view(UNSIGNED[width])[0]
        # A number with a sign fills a register that is wider.
        program.write(target, values.view(SIGNED[width]).astype(np.int64) if signed else values)


def _st(program: Program, words: Sequence[str], operands: Sequence[Operand]) -> None:
    width = width_of(words[-1])
    sources = operands[1] if isinstance(operands[1], list) else [operands[1]]
    for place, source in enumerate(sources):
        values = program.read(source, f"b{width}")
        for thread in np.flatnonzero(program.active):
            memory = program.memory(words[0], operands[0], thread, width // 8, place * width // 8)
            memory.view(UNSIGNED[width])[0] = values[thread]


def _cvt(program: Program, words: Sequence[str], operands: Sequence[Operand]) -> None:
    to, of = words[-2:]
    values = program.read(operands[1], of)
    if to.startswith("f"):
        program.write(operands[0], values.astype(FLOATS[width_of(to)]))
    elif "f" in of or "f" in to:
        raise NotImplementedError(f"cvt.{'.'.join(words)}")
    else:
        kinds = SIGNED if to.startswith("s") else UNSIGNED
        program.write(operands[0], values.astype(kinds[width_of(to)]))


def _selp(program: Program, words: Sequence[str], operands: Sequence[Operand]) -> None:
    one, other = (program.read(each, words[-1]) for each in operands[1:3])
    program.write(operands[0], np.where(program.read(operands[3], "pred"), one, other))


def _prmt(program: Program, words: Sequence[str], operands: Sequence[Operand]) -> None:
    """Four bytes, each one of eight, or eight times its sign."""
    low, high, chosen = (program.read(each, "u32") for each in operands[1:])
    numbers = np.stack([low, high], 1).view(np.uint8)
    taken = np.zeros((program.threads, 4), np.uint8)
    for place in range(4):
        selector = chosen >> (4 * place) & 15
        byte = np.take_along_axis(numbers, (selector & 7)[:, None].astype(int), 1)[:, 0]
        sign = np.where(byte & 0x80, 0xFF, 0)
        taken[:, place] = np.where(selector & 8, sign, byte)
    program.write(operands[0], taken.view(np.uint32)[:, 0])


MOVES = {"mov": _mov, "ld": _ld, "st": _st, "cvt": _cvt, "selp": _selp, "prmt": _prmt}
