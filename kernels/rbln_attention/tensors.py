"""The operators' arguments: shapes, dtypes, roles, and the contents that test them."""

from conformance.contract import Role, TensorArgument

from .table import OperatorKind
from .words import MASK_WORDS, START_WORDS, TABLE_WORDS, WINDOW_WORDS

_FLOATS = ("float32", "bfloat16", "float16")
_INTEGERS = ("int32", "int16")


def arguments_of(kind: OperatorKind) -> tuple[TensorArgument, ...]:
    """In the order of the operator's schema."""
    rows = "NB" if kind.decode else 1
    tokens = "L" if kind.several_tokens else 1
    parts = "NP" if kind.partitioned else 1
    slots = "W" if kind.window else "P"
    blocks = " + ".join(
        ["1", " * ".join(a for a in (rows, parts) if isinstance(a, str)) or "1", "SPARE"]
    )
    new = ("token-major",)
    first = "cache_seq_len" if kind.window else "seq_idx"
    window = ("mixed", WINDOW_WORDS)
    known = (
        TensorArgument(
            "query", (rows, "H", "G", tokens, "D"), _FLOATS, "queries of the new tokens",
            stress=("large", "large-negative", "zeros", "denormal"), owed_layouts=new,
        ),
        TensorArgument(
            "key", (rows, "H", 1, tokens, "D"), _FLOATS, "keys of the new tokens", Role.NEW_STATE,
            stress=("large", "positive", "negative"), same_dtype="query", state="kv_cache",
            owed_layouts=new,
        ),
        TensorArgument(
            "value", (rows, "H", 1, tokens, "D"), _FLOATS, "values of the new tokens",
            Role.NEW_STATE, stress=("large", "zeros"), same_dtype="query", state="kv_cache",
            owed_layouts=new,
        ),
        TensorArgument(
            "kv_cache", (2, blocks, "H", 1, slots, "D"), _FLOATS, "keys and values by block",
            Role.STATE, stress=("large", "positive"),
        ),
        TensorArgument(
            "mask", (rows, 1, 1, tokens, f"{parts} * P"), ("float32", "float16"),
            "above zero: the token of the row sees that of the column", Role.MASK, "causal",
            MASK_WORDS,
        ),
        TensorArgument(
            "seq_idx", (rows, parts), _INTEGERS,
            "tokens held, in each block of a sequence or altogether", Role.INDEX, "mixed",
            START_WORDS, flexible=("NP",),
        ),
        TensorArgument(
            "cache_seq_len", (rows, 1), _INTEGERS, "tokens in the window", Role.INDEX, *window
        ),
        TensorArgument(
            "cache_offset", (rows, 1), _INTEGERS, "the same with the new tokens", Role.INDEX,
            "after", same_dtype=first,
        ),
        TensorArgument(
            "block_table", (rows, parts) if kind.decode else (parts,), _INTEGERS,
            "the block of each part of a sequence; 0 where there is none", Role.BLOCK_TABLE,
            "scattered", TABLE_WORDS, same_dtype=first, flexible=("NP",),
        ),
        TensorArgument(
            "qk_scale", (), ("float32",), "factor on scores", Role.SCALE, "fraction",
            ("negative", "ones", "zero"),
        ),
        TensorArgument(
            "sinks", ("H * G", "S"), ("float32",), "logits of each query head that take weight",
            stress=("large", "negative"), optional="none" if kind.may_have_sinks else None,
            refusable=kind.may_have_sinks,
        ),
        *(
            TensorArgument(name, (), ("float32",), "not looked at", Role.PLACEHOLDER, "fraction")
            for name in ("dummy", "dummy0")
        ),
    )  # fmt: skip
    by_name = {argument.name: argument for argument in known}
    return tuple(by_name[name] for name in kind.taken)
