"""What a program reads later, fetched when it begins.

A program with few keys takes hardly longer than memory takes to answer, once for each read that
needs what another one brought. So what will be needed is asked for at once: the table while the
number of tokens held is on its way, and the new tokens while cached ones are. What a volatile load
reads is used by nobody, and no compiler drops it; the read that counts finds it in the cache.
"""

import triton
import triton.language as tl


@triton.jit
def fetch_entries(table, position, slots, partition, table_stride, wanted,
                  LOOKUP: tl.constexpr, KEYS: tl.constexpr):  # fmt: skip
    """Fetch the entries of a table for about KEYS positions from one on, of 16 slots at least."""
    if LOOKUP == 0:
        tl.load(table, mask=wanted, other=0, volatile=True)
    else:
        entries = position // partition + tl.arange(0, KEYS // 16)
        there = wanted & (entries < slots // partition)
        tl.load(table + entries.to(tl.int64) * table_stride, mask=there, other=0, volatile=True)


@triton.jit
def fetch_token(key_pointer, value_pointer, offsets, wanted):
    """Fetch key and value of a new token."""
    tl.load(key_pointer + offsets, mask=wanted, other=0.0, volatile=True)
    tl.load(value_pointer + offsets, mask=wanted, other=0.0, volatile=True)
