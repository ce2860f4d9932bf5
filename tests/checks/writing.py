"""Subjects that write beside an argument, or do not answer."""

import torch

from conformance.memory.unsupported import UnsupportedFeature

from .plain import right

N = 12
"""Elements of x in the usual case."""


def around(tensor, first, count):
    """``count`` numbers from ``first`` on, in the storage that a tensor lies in."""
    return torch.as_strided(tensor, (count,), (1,), tensor.storage_offset() + first)


def writes_past_the_end(x, *rest):
    around(x, N, 3).fill_(7.0)
    return right(x, *rest)


def writes_before_the_beginning(x, *rest):
    around(x, -2, 1).fill_(7.0)
    return right(x, *rest)


def gives_up(*arguments):
    raise UnsupportedFeature("no such thing here")


def refuses(*arguments):
    raise ValueError("not today")
