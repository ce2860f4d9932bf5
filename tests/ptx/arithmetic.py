"""Instructions that compute, each thread for itself."""

import operator
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from .parsing import Operand
from .program import Program
from .values import bits_of, values_of, width_of

_COMPARED = {
    "eq": operator.eq, "ne": operator.ne, "lt": operator.lt, "le": operator.le,
    "gt": operator.gt, "ge": operator.ge,
}  # fmt: skip


def _computed(
    act: Callable[..., np.ndarray],
    program: Program,
    words: Sequence[str],
    operands: Sequence[Operand],
) -> None:
    """``act`` of all operands but the first, in the last type; in halves if that holds two."""
    kind, given = words[-1], [program.bits(each) for each in operands[1:]]
    if kind.endswith("x2"):
        kind = kind.removesuffix("x2")
        halves = [(each & np.uint64(0xFFFF), each >> np.uint64(16)) for each in given]
        low, high = (
            bits_of(act(*(values_of(each, kind) for each in half)), kind).astype(np.uint32)
            for half in zip(*halves, strict=True)
        )
        program.write(operands[0], low | high << 16)
    else:
        program.write(operands[0], bits_of(act(*(values_of(each, kind) for each in given)), kind))


def _either(
    whole: Any, floats: Any, program: Program, words: Sequence[str], operands: Sequence[Operand]
) -> None:
    _computed(whole if words[-1][0] in "us" else floats, program, words, operands)


def _product(program: Program, words: Sequence[str], operands: Sequence[Operand]) -> None:
    """A product, to which a third operand may be added; ``wide`` ones have twice as many bits."""
    wide, kind, into = words[0] == "wide", words[-1], words[-1]
    if wide:
        into = f"{kind[0]}{2 * width_of(kind)}"
    one, other = (program.read(each, kind) for each in operands[1:3])
    if wide:
        one, other = (each.astype(values_of(np.zeros(0), into).dtype) for each in (one, other))
    product = one * other
    for added in operands[3:]:
        product = product + program.read(added, into)
    program.write(operands[0], product)


def _shift(act: Any, program: Program, words: Sequence[str], operands: Sequence[Operand]) -> None:
    """Shifted by as many bits as there are, nothing is left; of a sign to the right, the sign."""
    values, by = program.read(operands[1], words[-1]), program.read(operands[2], "u32")
    width = width_of(words[-1])
    shifted = act(values, np.minimum(by, width - 1).astype(values.dtype))
    signed = act is operator.rshift and words[-1].startswith("s")
    program.write(
        operands[0], np.where((by >= width) & (not signed), values.dtype.type(0), shifted)
    )


def _bfe(program: Program, words: Sequence[str], operands: Sequence[Operand]) -> None:
    values = program.read(operands[1], words[-1])
    start, length = int(operands[2]), int(operands[3])
    width, kind = width_of(words[-1]), values.dtype.type
    program.write(operands[0], (values << kind(width - start - length)) >> kind(width - length))


def _setp(program: Program, words: Sequence[str], operands: Sequence[Operand]) -> None:
    one, other = (program.read(each, words[-1]) for each in operands[1:3])
    program.write(operands[0], _COMPARED[words[0]](one, other))


ARITHMETIC: dict[str, Callable[[Program, Sequence[str], Sequence[Operand]], None]] = {
    "add": partial(_computed, operator.add),
    "sub": partial(_computed, operator.sub),
    "div": partial(_computed, operator.truediv),
    "neg": partial(_computed, operator.neg),
    "ex2": partial(_computed, np.exp2),
    "and": partial(_computed, operator.and_),
    "or": partial(_computed, operator.or_),
    "xor": partial(_computed, operator.xor),
    "not": partial(_computed, operator.invert),
    # Of a number and NaN the number, for floats.
    "max": partial(_either, np.maximum, np.fmax),
    "min": partial(_either, np.minimum, np.fmin),
    "mul": _product,
    "mad": _product,
    "shl": partial(_shift, operator.lshift),
    "shr": partial(_shift, operator.rshift),
    "bfe": _bfe,
    "setp": _setp,
}
