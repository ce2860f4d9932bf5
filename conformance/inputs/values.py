"""From the name of a pattern to the contents of a tensor."""

import zlib

import torch

from conformance.case import Case, CaseError
from conformance.contract import Contract
from conformance.inputs.dtypes import torch_dtype
from conformance.inputs.patterns import PATTERNS, Draw
from conformance.inputs.selection_patterns import SELECTION_PATTERNS

ALL = {**PATTERNS, **SELECTION_PATTERNS}


def make_values(contract: Contract, case: Case, name: str, *, rows: int | None = None):
    """The contents of the tensor argument ``name``, dense, in its dtype, on the CPU.

    ``rows`` replaces the size of the first axis (layouts that repeat a row need only one). The same
    case gives the same bits everywhere. Raises :class:`CaseError` for an unknown pattern.
    """
    argument, spec = contract.tensor(name), case.tensors[name]
    shape = [case.axes[axis] for axis in argument.axes]
    if rows is not None and shape:
        shape[0] = rows
    if spec.values not in ALL:
        raise CaseError(f"unknown pattern {spec.values!r} for {name}; known: {', '.join(ALL)}")
    dtype = torch_dtype(spec.dtype)
    generator = torch.Generator().manual_seed(case.seed * 1_000_003 + zlib.crc32(name.encode()))
    selection = contract.selection
    selected = selection is not None and selection.argument == name
    count = case.axes[selection.count] if selection and selected else None
    if not dtype.is_floating_point:
        return torch.randint(0, 2, shape, generator=generator).to(dtype)
    return ALL[spec.values](Draw(tuple(shape), dtype, generator, count)).to(dtype)
