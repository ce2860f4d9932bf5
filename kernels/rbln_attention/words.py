"""The words that cases of these operators use, and the names of what they owe; no torch."""

OUTPUT, STATE = "output", "kv_cache"
"""The names of the output and of the state."""

PADDING = "padding"
"""The choice that says how much of a batch or of a chunk is padding."""
IDLE = "no-token"
"""The word of it for a window whose sequence brings no token: `cache_offset` = `cache_seq_len`."""
FORM = "form"
"""The choice that says in which form `seq_idx` is given."""

START_WORDS = ("0", "1", "P-1", "P", "P+1", "2P", "last-block", "full")
"""Tokens held before the call: none, one, around borders, the last block, all there is room for."""
WINDOW_WORDS = ("0", "1", "W-1", "W")
"""Tokens that a window of W tokens holds before the call."""
TABLE_WORDS = ("ordered", "reversed", "high", "stale")
"""Block tables: blocks in order, in reverse order, the last ones of the pool, old entries behind
the blocks that are in use."""
MASK_WORDS = ("rows", "late", "early", "all", "empty-rows")
"""Masks: each row shows other tokens, the last block only, the first block only, every token, no
token in every other row."""
