"""PTX without branches, carried out on the CPU: all threads of a program at once, in numpy.

What a compiler made of a kernel can so be looked at where there is no GPU. Semantics are those of
NVIDIA's "Parallel Thread Execution ISA", version 8.7, of the instructions that the routing kernels
consist of. Others raise :class:`NotImplementedError`.
"""

import operator
import re
from collections.abc import Sequence
from typing import Any

import numpy as np

WARP = 32
_SPACING = 1 << 40
"""Bytes from one array of global memory to the next one: no address leads from one to another."""
_SIGNED = {16: np.int16, 32: np.int32, 64: np.int64}
_UNSIGNED = {16: np.uint16, 32: np.uint32, 64: np.uint64}
_COMPARED = {
    "eq": operator.eq, "ne": operator.ne, "lt": operator.lt, "le": operator.le,
    "gt": operator.gt, "ge": operator.ge,
}  # fmt: skip


def run(
    text: str, arguments: Sequence[np.ndarray | int], programs: int, threads: int, shared: int
) -> None:
    """Carry out a kernel: arrays are addresses of global memory, which it reads and writes.

    ``shared`` is the size of a program's shared memory in bytes.
    """
    instructions = _parsed(text)
    for program in range(programs):
        _Program(arguments, program, threads, shared).run(instructions)


def _parsed(text: str) -> list[tuple[str, str, list[Any]]]:
    """(guard, instruction, operands) of the only function; vectors of operands are lists."""
    body = text[text.index("{", text.index(".entry")) + 1 : text.rindex("ret;")]
    body = re.sub(r"//[^\n]*|\.loc[^\n]*|\$L\w+:|\.reg[^;]*;", "", body)
    found = []
    for statement in filter(None, (each.strip() for each in body.split(";"))):
        guard = ""
        if statement.startswith("@"):
            guard, statement = statement.split(None, 1)
        name, _, rest = statement.partition(" ") if " " in statement else statement.partition("\t")
        operands = re.findall(r"\{[^}]*\}|\[[^]]*\]|[^,{}\[\]\s]+", rest)
        found.append((guard, name.strip(), [_operand(each) for each in operands]))
    return found


def _operand(text: str) -> Any:
    if text.startswith("{"):
        return [each.strip() for each in text[1:-1].split(",")]
    return text


def _as(bits: np.ndarray, kind: str) -> np.ndarray:
    """What a register holds, as values of a type of PTX."""
    if kind == "pred":
        return bits if bits.dtype == bool else bits != 0
    width = int(kind.lstrip("usbf"))
    whole = bits.astype(_UNSIGNED[width])
    if kind == "bf16":
        return (whole.astype(np.uint32) << 16).view(np.float32)
    if kind.startswith("f"):
        return whole.view({16: np.float16, 32: np.float32}[width])
    return whole.view(_SIGNED[width]) if kind.startswith("s") else whole


class _Program:
    def __init__(
        self, arguments: Sequence[np.ndarray | int], program: int, threads: int, shared: int
    ) -> None:
        self.threads = threads
        self.registers: dict[str, np.ndarray] = {}
        self.special = {
            "%tid.x": np.arange(threads, dtype=np.uint64),
            "%ctaid.x": np.full(threads, program, np.uint64),
            "global_smem": np.zeros(threads, np.uint64),
        }
        self.arrays = [
            each.reshape(-1).view(np.uint8) if isinstance(each, np.ndarray) else None
            for each in arguments
        ]
        self.parameters = [
            (place + 1) * _SPACING if isinstance(each, np.ndarray) else each
            for place, each in enumerate(arguments)
        ]
        self.shared = np.zeros(shared, np.uint8)

    def run(self, instructions: Sequence[tuple[str, str, list[Any]]]) -> None:
        with np.errstate(all="ignore"):
            for guard, name, operands in instructions:
                kind, *words = name.split(".")
                act = getattr(self, f"_{kind}", None)
                if act is None:
                    raise NotImplementedError(name)
                active = np.ones(self.threads, bool)
                if guard:
                    active = self.registers[guard.lstrip("@!")] ^ guard.startswith("@!")
                    if kind not in ("ld", "st"):
                        raise NotImplementedError(f"{guard} {name}")
                if kind in ("ld", "st"):
                    act(words, operands, active)
                else:
                    act(words, operands)

    # What registers hold: bits, as uint64; predicates, as bool.

    def bits(self, text: str) -> np.ndarray:
        if text in self.registers:
            return self.registers[text]
        if text in self.special:
            return self.special[text]
        if text.startswith("0f"):
            return np.full(self.threads, int(text[2:], 16), np.uint64)
        return np.full(self.threads, int(text.rstrip("U"), 0) & 0xFFFFFFFFFFFFFFFF, np.uint64)

    def read(self, text: str, kind: str) -> np.ndarray:
        """The values of an operand, as a type of PTX says."""
        return _as(self.bits(text), kind)

    def write(self, register: str, values: np.ndarray) -> None:
        if register == "_":
            return
        if values.dtype != bool:
            width = values.dtype.itemsize * 8
            values = values.view(_UNSIGNED[width]).astype(np.uint64)
        self.registers[register] = values

    def _wrote(self, words: Sequence[str], operands: Sequence[Any], act: Any) -> None:
        """``act`` of all operands but the first, which takes its result, of the last type."""
        kind = words[-1]
        if kind.endswith("x2"):
            halves = [self._halves(each) for each in operands[1:]]
            low, high = (
                self._acted(kind[:-2], act, [each[place] for each in halves]).astype(np.uint32)
                for place in (0, 1)
            )
            self.write(operands[0], low | high << 16)
            return
        self.write(operands[0], self._acted(kind, act, [self.bits(each) for each in operands[1:]]))

    def _halves(self, text: str) -> tuple[np.ndarray, np.ndarray]:
        bits = self.bits(text)
        return bits & np.uint64(0xFFFF), bits >> np.uint64(16)

    def _acted(self, kind: str, act: Any, operands: Sequence[np.ndarray]) -> np.ndarray:
        values = act(*(_as(bits, kind) for bits in operands))
        if kind == "bf16":  # one of the operands, so that nothing is rounded
            return (values.view(np.uint32) >> 16).astype(np.uint16)
        return values if values.dtype == bool else values.view(_UNSIGNED[values.itemsize * 8])

    # Instructions: ``words`` are the parts of the name, ``operands`` the destination first.

    def _mov(self, words: Sequence[str], operands: Sequence[Any]) -> None:
        to, of = operands
        if words == ["pred"]:
            self.write(to, self.read(of, "pred"))
            return
        width = int(words[0].lstrip("usbf"))
        if isinstance(of, list):
            part = width // len(of)
            packed = np.zeros(self.threads, np.uint64)
            for place, each in enumerate(of):
                packed |= self.read(each, f"b{part}").astype(np.uint64) << np.uint64(place * part)
            self.write(to, packed.astype(_UNSIGNED[width]))
        elif isinstance(to, list):
            part = width // len(to)
            for place, each in enumerate(to):
                shifted = self.read(of, f"b{width}").astype(np.uint64) >> np.uint64(place * part)
                self.write(each, shifted.astype(_UNSIGNED[part]))
        else:
            self.write(to, self.read(of, f"b{width}"))

    def _ld(self, words: Sequence[str], operands: Sequence[Any], active: np.ndarray) -> None:
        if words[0] == "param":
            (number,) = re.findall(r"_param_(\d+)", operands[1])
            value = self.parameters[int(number)]
            width = int(words[-1].lstrip("usbf"))
            read = np.full(self.threads, value, np.int64).astype(_SIGNED[width])
            into = re.match(r"%rd", operands[0]) is not None
            self.write(operands[0], read.astype(np.int64) if into else read)
            return
        targets = operands[0] if isinstance(operands[0], list) else [operands[0]]
        width = int(words[-1].lstrip("usbf"))
        for place, target in enumerate(targets):
            values = self.read(target, f"b{width}").copy() if target in self.registers else (
                np.zeros(self.threads, _UNSIGNED[width]))  # fmt: skip
            for thread in np.flatnonzero(active):
                memory = self._memory(words[0], operands[1], thread, place, width)
                values[thread] = memory.view(_UNSIGNED[width])[0]
            signed = words[-1].startswith("s")  # fills a register that is wider
            self.write(target, values.view(_SIGNED[width]).astype(np.int64) if signed else values)

    def _st(self, words: Sequence[str], operands: Sequence[Any], active: np.ndarray) -> None:
        sources = operands[1] if isinstance(operands[1], list) else [operands[1]]
        width = int(words[-1].lstrip("usbf"))
        for place, source in enumerate(sources):
            values = self.read(source, f"b{width}")
            for thread in np.flatnonzero(active):
                memory = self._memory(words[0], operands[0], thread, place, width)
                memory.view(_UNSIGNED[width])[0] = values[thread]

    def _memory(self, space: str, address: str, thread: int, place: int, width: int) -> np.ndarray:
        register, _, offset = address.strip("[] ").replace(" ", "").partition("+")
        at = int(self.bits(register)[thread]) + int(offset or 0) + place * width // 8
        if space in ("shared", "shared::cta"):
            memory = self.shared
            at &= 0xFFFFFFFF
        elif space != "global":
            raise NotImplementedError(f"memory of the space {space}")
        else:
            array = self.arrays[at // _SPACING - 1]
            assert array is not None
            memory, at = array, at % _SPACING
        if at + width // 8 > len(memory):
            raise IndexError(f"thread {thread}: byte {at} of {len(memory)}")
        return memory[at : at + width // 8]

    def _add(self, words: Sequence[str], operands: Sequence[Any]) -> None:
        self._wrote(words, operands, operator.add)

    def _sub(self, words: Sequence[str], operands: Sequence[Any]) -> None:
        self._wrote(words, operands, operator.sub)

    def _mul(self, words: Sequence[str], operands: Sequence[Any]) -> None:
        if words[0] == "wide":
            self.write(operands[0], self._wide(words, operands[1:3]))
        else:
            self._wrote(words, operands, operator.mul)

    def _mad(self, words: Sequence[str], operands: Sequence[Any]) -> None:
        if words[0] == "wide":
            added = self.read(operands[3], words[-1][0] + "64")
            self.write(operands[0], self._wide(words, operands[1:3]) + added)
        else:
            self._wrote(words, operands, lambda a, b, c: a * b + c)

    def _wide(self, words: Sequence[str], factors: Sequence[str]) -> np.ndarray:
        wide = np.int64 if words[-1].startswith("s") else np.uint64
        one, other = (self.read(each, words[-1]).astype(wide) for each in factors)
        return one * other

    def _fma(self, words: Sequence[str], operands: Sequence[Any]) -> None:
        def exactly(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> np.ndarray:
            return (a.astype(float) * b + c).astype(np.float32)

        self._wrote(words, operands, exactly)

    def _div(self, words: Sequence[str], operands: Sequence[Any]) -> None:
        self._wrote(words, operands, operator.truediv)

    def _ex2(self, words: Sequence[str], operands: Sequence[Any]) -> None:
        self._wrote(words, operands, np.exp2)

    def _neg(self, words: Sequence[str], operands: Sequence[Any]) -> None:
        self._wrote(words, operands, operator.neg)

    def _max(self, words: Sequence[str], operands: Sequence[Any]) -> None:
        # Of a number and NaN the number, for floats.
        self._wrote(words, operands, np.maximum if words[-1][0] in "us" else np.fmax)

    def _min(self, words: Sequence[str], operands: Sequence[Any]) -> None:
        self._wrote(words, operands, np.minimum if words[-1][0] in "us" else np.fmin)

    def _and(self, words: Sequence[str], operands: Sequence[Any]) -> None:
        self._wrote(words, operands, operator.and_)

    def _or(self, words: Sequence[str], operands: Sequence[Any]) -> None:
        self._wrote(words, operands, operator.or_)

    def _xor(self, words: Sequence[str], operands: Sequence[Any]) -> None:
        self._wrote(words, operands, operator.xor)

    def _not(self, words: Sequence[str], operands: Sequence[Any]) -> None:
        self._wrote(words, operands, operator.invert)

    def _shl(self, words: Sequence[str], operands: Sequence[Any]) -> None:
        self._shift(words, operands, operator.lshift)

    def _shr(self, words: Sequence[str], operands: Sequence[Any]) -> None:
        self._shift(words, operands, operator.rshift)

    def _shift(self, words: Sequence[str], operands: Sequence[Any], act: Any) -> None:
        values, by = self.read(operands[1], words[-1]), self.read(operands[2], "u32")
        width = values.dtype.itemsize * 8
        shifted = act(values, np.minimum(by, width - 1).astype(values.dtype))
        emptied = by >= width
        if act is operator.rshift and words[-1].startswith("s"):
            emptied = np.zeros_like(emptied)  # the sign fills all
        self.write(operands[0], np.where(emptied, values.dtype.type(0), shifted))

    def _bfe(self, words: Sequence[str], operands: Sequence[Any]) -> None:
        values = self.read(operands[1], words[-1])
        start, length = int(operands[2]), int(operands[3])
        width = values.dtype.itemsize * 8
        kind = values.dtype.type
        self.write(operands[0], (values << kind(width - start - length)) >> kind(width - length))

    def _shf(self, words: Sequence[str], operands: Sequence[Any]) -> None:
        low, high, by = (self.read(each, "u32").astype(np.uint64) for each in operands[1:])
        pair = (high << np.uint64(32)) | low
        by = by % np.uint64(32) if words[1] == "wrap" else np.minimum(by, np.uint64(32))
        shifted = (pair << by) >> np.uint64(32) if words[0] == "l" else pair >> by
        self.write(operands[0], shifted.astype(np.uint32))

    def _selp(self, words: Sequence[str], operands: Sequence[Any]) -> None:
        one, other = (self.read(each, words[-1]) for each in operands[1:3])
        self.write(operands[0], np.where(self.read(operands[3], "pred"), one, other))

    def _setp(self, words: Sequence[str], operands: Sequence[Any]) -> None:
        compared, kind = words[0], words[-1]
        unordered = kind.startswith("f") and compared.endswith("u") and compared[:-1] in _COMPARED
        one, other = (self.read(each, kind) for each in operands[1:3])
        found = _COMPARED[compared[:-1] if unordered else compared](one, other)
        self.write(operands[0], found | np.isnan(one) | np.isnan(other) if unordered else found)

    def _cvt(self, words: Sequence[str], operands: Sequence[Any]) -> None:
        to, of = words[-2:]
        values = self.read(operands[1], of)
        if to in ("f32", "f16"):
            self.write(operands[0], values.astype({"f32": np.float32, "f16": np.float16}[to]))
        elif "f" in of or "f" in to:
            raise NotImplementedError(f"cvt.{'.'.join(words)}")
        else:
            kinds = _SIGNED if to.startswith("s") else _UNSIGNED
            self.write(operands[0], values.astype(kinds[int(to[1:])]))

    def _shfl(self, words: Sequence[str], operands: Sequence[Any]) -> None:
        values = self.read(operands[1], "u32").reshape(-1, WARP)
        by = self.read(operands[2], "u32").reshape(-1, WARP)
        lanes = np.arange(WARP, dtype=np.uint32)[None, :]
        if int(operands[3]) != WARP - 1:
            raise NotImplementedError(f"segments of a warp: {operands}")
        source = lanes ^ by if words[1] == "bfly" else np.broadcast_to(by % WARP, values.shape)
        if words[1] not in ("bfly", "idx"):
            raise NotImplementedError(words[1])
        self.write(operands[0], np.take_along_axis(values, source, 1).reshape(-1))

    def _redux(self, words: Sequence[str], operands: Sequence[Any]) -> None:
        act = {"max": np.max, "min": np.min}[words[1]]
        values = self.read(operands[1], words[-1]).reshape(-1, WARP)
        self.write(operands[0], np.repeat(act(values, axis=1), WARP))

    def _prmt(self, words: Sequence[str], operands: Sequence[Any]) -> None:
        low, high = (self.read(each, "u32") for each in operands[1:3])
        numbers = np.stack([low, high], 1).view(np.uint8)
        chosen = self.read(operands[3], "u32")
        taken = np.zeros((self.threads, 4), np.uint8)
        for place in range(4):
            selector = chosen >> (4 * place) & 15
            byte = np.take_along_axis(numbers, (selector & 7)[:, None].astype(int), 1)[:, 0]
            sign = np.where(byte & 0x80, 0xFF, 0).astype(np.uint8)
            taken[:, place] = np.where(selector & 8, sign, byte)
        self.write(operands[0], taken.view(np.uint32)[:, 0])

    def _bar(self, words: Sequence[str], operands: Sequence[Any]) -> None:
        """Threads are never apart here."""

    def _ldmatrix(self, words: Sequence[str], operands: Sequence[Any]) -> None:
        for first in range(0, self.threads, WARP):
            for number, target in enumerate(operands[0]):
                tile = np.stack([
                    self._memory("shared", operands[1], first + number * 8 + row, 0, 128)
                    .view(np.uint16) for row in range(8)
                ])  # fmt: skip
                pairs = (tile.T if "trans" in words else tile).reshape(WARP, 2).astype(np.uint32)
                values = self.registers.get(target, np.zeros(self.threads, np.uint64)).copy()
                values[first : first + WARP] = pairs[:, 0] | pairs[:, 1] << 16
                self.registers[target] = values

    def _stmatrix(self, words: Sequence[str], operands: Sequence[Any]) -> None:
        for first in range(0, self.threads, WARP):
            for number, source in enumerate(operands[1]):
                own = self.read(source, "u32")[first : first + WARP]
                pairs = np.stack([own & 0xFFFF, own >> 16], 1).astype(np.uint16).reshape(8, 8)
                tile = pairs.T if "trans" in words else pairs
                for row in range(8):
                    memory = self._memory("shared", operands[0], first + number * 8 + row, 0, 128)
                    memory.view(np.uint16)[:] = tile[row]
