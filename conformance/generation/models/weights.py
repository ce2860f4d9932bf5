"""Weights from a seed and a name: the same bits in every process, on every machine."""

import hashlib
import math

import numpy
import torch

_WORDS = 4
"""Sixteen-bit words that are added up for one number: close enough to a normal distribution."""
_MEAN = _WORDS * 0xFFFF / 2
_DEVIATION = math.sqrt(_WORDS * (0x10000**2 - 1) / 12)


def drawn(seed: int, name: str, shape: tuple[int, ...]) -> torch.Tensor:
    """Numbers (fp64) of mean 0 and standard deviation 1, at most 3.5 away from 0.

    They come out of SHAKE-256 over seed and name, by integer additions and one IEEE division: no
    library's generator, order of modules or vector instructions can change them.
    """
    size = math.prod(shape)
    stream = hashlib.shake_256(f"{seed}/{name}".encode()).digest(2 * _WORDS * size)
    words = numpy.frombuffer(stream, dtype="<u2").reshape(size, _WORDS)
    numbers = (words.sum(axis=1, dtype=numpy.int64) - _MEAN) / _DEVIATION
    return torch.from_numpy(numbers).reshape(shape)
