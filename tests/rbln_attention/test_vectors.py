"""What cannot be read in vectors is launched in one way, however it lies in memory."""

import pytest
import torch

pytest.importorskip("triton")

from conformance_kernels.rbln_attention.implementations.triton_attention import KERNELS
from conformance_kernels.rbln_attention.names import FAMILY

from conformance.targets.launched import LaunchLog
from conformance.triton_compiler import key_of
from conformance.triton_launches import rehearsed

from .cases import case

SIZE = 64


def call(name, **more):
    """The arguments of a call whose heads are read in vectors, unless ``more`` says otherwise."""
    return dict(case(name, heads=2, size=SIZE, **more).arguments)


def launched(name, arguments):
    """The keys of what the first launch of a call is compiled as."""
    log = LaunchLog()
    with log.during("case", rehearsed=True), rehearsed(log.note):
        KERNELS[name](*arguments.values())
    first = log.all()[0]
    return key_of(first.of["cuda"], "cuda", 90, 32)


def moved(tensor, elements):
    """The tensor, beginning so many elements behind an aligned address."""
    spans = zip(tensor.shape, tensor.stride(), strict=True)
    extent = 1 + sum((size - 1) * stride for size, stride in spans)
    memory = torch.zeros(elements + extent, dtype=tensor.dtype)
    own = memory.as_strided(tensor.shape, tensor.stride(), elements)
    return own.copy_(tensor)


def spread(tensor):
    """The tensor with an odd stride between rows of heads."""
    memory = torch.zeros(*tensor.shape[:-1], SIZE + 1, dtype=tensor.dtype)
    memory[..., :SIZE] = tensor
    return memory[..., :SIZE]


@pytest.mark.parametrize("name", FAMILY)
def test_what_no_vector_divides_is_compiled_once(name):
    in_vectors = launched(name, call(name))
    found = set()
    for argument in ("query", "key", "value", "kv_cache"):
        for elements in (1, 3):
            arguments = call(name)
            found.add(launched(name, arguments | {argument: moved(arguments[argument], elements)}))
    for argument in ("query", "kv_cache"):
        arguments = call(name)
        found.add(launched(name, arguments | {argument: spread(arguments[argument])}))
    assert len(found) == 1 and in_vectors not in found


@pytest.mark.parametrize("name", FAMILY)
def test_where_an_aligned_tensor_begins_compiles_nothing_new(name):
    arguments = call(name)
    found = {launched(name, arguments)}
    for argument in ("query", "key", "value", "kv_cache"):
        found.add(launched(name, arguments | {argument: moved(arguments[argument], 16)}))
    assert len(found) == 1


@pytest.mark.parametrize("name", [each for each in FAMILY if not each.startswith("sliding")])
def test_an_unaligned_cache_of_any_layout_is_compiled_once(name):
    """Of blocks of any number of slots, with room between their elements, and of any table."""
    parts = 3 if name.startswith("flash") else 1
    found = set()
    for slots in (4, 10, 16):
        arguments = call(name, slots=slots, parts=parts)
        found.add(launched(name, arguments | {"query": moved(arguments["query"], 1)}))
    arguments = call(name, layout="slots-first")
    found.add(launched(name, arguments))
    assert len(found) == 1
