"""The cases by which every release is asked, one function for each column of `aspects`.

Each case starts from the smallest ordinary call (one sequence, one block, heads of 64, float32,
int32) and changes one thing, so that a failure belongs to its column.
"""

from collections.abc import Iterator
from dataclasses import replace

from conformance.case import Case
from conformance.contract import Contract
from conformance.inputs.usual import usual_case, with_dtypes

from ..words import FORM, MASK_WORDS, PADDING, START_WORDS, TABLE_WORDS
from .aspects import has_axis, has_tensor

_SEEDS = range(3)


def _plain(contract: Contract, check: str, **sizes: int) -> Case:
    """The usual case in one block with one sequence."""
    least = {name: 1 for name in ("NB", "NP") if has_axis(contract, name)}
    return usual_case(contract, check, **{**least, **sizes})


def _shapes(contract: Contract, check: str) -> Iterator[Case]:
    for heads, groups in ((1, 1), (2, 2), (3, 5)):
        for seed in _SEEDS:
            case = _plain(contract, check, H=heads, G=groups)
            yield replace(case, seed=seed)
    first = "seq_idx" if has_tensor(contract, "seq_idx") else "cache_seq_len"
    for word in contract.tensor(first).stress:
        yield _plain(contract, check).with_tensor(first, values=word)
    if has_tensor(contract, "mask"):
        for word in MASK_WORDS[:-1]:
            yield _plain(contract, check).with_tensor("mask", values=word)


def values(contract: Contract) -> Iterator[Case]:
    """Several head counts, starts and masks; what shows in the output."""
    yield from _shapes(contract, "values")
    yield _plain(contract, "values", D=128)
    yield _plain(contract, "values").with_tensor("qk_scale", values="negative")
    case = _plain(contract, "values")
    for name, word in contract.combinations[0].items():
        case = case.with_tensor(name, values=word)
    yield case


def cache(contract: Contract) -> Iterator[Case]:
    """The same calls, and every kind of block table; what shows in the cache."""
    yield from _shapes(contract, "state")
    for word in TABLE_WORDS:
        yield _plain(contract, "state").with_tensor("block_table", values=word)


def bounds(contract: Contract) -> Iterator[Case]:
    """The same calls, then several sequences and several blocks; which memory is touched."""
    yield from _shapes(contract, "bounds")
    # What a kernel declares of tables and of a batch matters with several blocks and rows only.
    several = {name: 3 for name in ("NB", "NP") if has_axis(contract, name)}
    for name in several:
        yield _plain(contract, "bounds", **{name: 3})
    if several:
        yield _plain(contract, "bounds", **several)


def layout(contract: Contract) -> Iterator[Case]:
    """New tokens in every layout, all three tensors at once or one of them."""
    new = ("query", "key", "value")
    for layout in ("token-major", "transposed", "sliced", "padded-rows", "offset", "misaligned"):
        case = _plain(contract, "layout")
        for name in new:
            case = case.with_tensor(name, layout=layout)
        yield case
    for name in new:
        yield _plain(contract, "layout").with_tensor(name, layout="token-major")


def batch(contract: Contract) -> Iterator[Case]:
    """Several sequences, with and without padded rows."""
    for rows in (2, 3, 5, 8):
        yield _plain(contract, "variants", NB=rows)
        for word in ("one-row", "most-rows"):
            yield _plain(contract, "variants", NB=rows).with_options(**{PADDING: word})


def partitions(contract: Contract) -> Iterator[Case]:
    """Sequences of several blocks, with starts around the borders of blocks."""
    for parts in (2, 3, 4):
        yield _plain(contract, "positions", NP=parts)
        for word in START_WORDS:
            yield _plain(contract, "positions", NP=parts).with_tensor("seq_idx", values=word)
        for word in TABLE_WORDS:
            yield _plain(contract, "positions", NP=parts).with_tensor("block_table", values=word)
        if has_tensor(contract, "mask"):
            for word in MASK_WORDS[:-1]:
                yield _plain(contract, "positions", NP=parts).with_tensor("mask", values=word)


def absolute(contract: Contract) -> Iterator[Case]:
    """`seq_idx` of shape (NB, 1), which counts the tokens of a sequence altogether."""
    for parts in (1, 2, 3):
        for word in ("mixed", "0", "P", "last-block"):
            case = _plain(contract, "variants", NP=parts).with_tensor("seq_idx", values=word)
            yield case.with_options(**{FORM: "absolute"})


def cache_dtype(contract: Contract) -> Iterator[Case]:
    """Caches and queries of each dtype."""
    for check in ("dtypes", "state"):
        for dtype in contract.tensor("kv_cache").dtypes:
            yield with_dtypes(contract, _plain(contract, check), query=dtype, kv_cache=dtype)


def head_size(contract: Contract) -> Iterator[Case]:
    """Sizes of heads that models have, and sizes that need padding."""
    for size in (64, 128, 192, 256, 80, 96, 32, 100):
        yield _plain(contract, "sizes", D=size)


def index_dtype(contract: Contract) -> Iterator[Case]:
    """Indices of each dtype of the contract, and of int64, which no operator takes."""
    first = "seq_idx" if has_tensor(contract, "seq_idx") else "cache_seq_len"
    for dtype in contract.tensor(first).dtypes:
        yield with_dtypes(contract, _plain(contract, "dtypes"), **{first: dtype})
    for name in (first, "block_table"):
        yield _plain(contract, "arguments").with_options(call=f"{name}-int64")
