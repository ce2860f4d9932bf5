"""What the expressions and parameters of the vllm-rbln plugin's attention code mean."""

from collections.abc import Mapping

from conformance.sources.comparing.vocabulary import NONE, Vocabulary
from conformance.sources.values.canonical import Transparent

from ..released import NAMESPACE

TRITON, CUSTOM = NAMESPACE, "rbln_custom_ops"

_STATES = ("query", "key", "value", "kv_cache")

ANYTHING_IGNORED = frozenset({"qk_scale"})
"""What call sites pass for the parameter that every implementation ignores."""

_ROLES: Mapping[str, frozenset[str]] = {
    name: frozenset({meaning})
    for meaning, names in {
        "query": ("q", "query"),
        "key": ("k", "key"),
        "value": ("v", "value"),
        "kv_cache": ("kv_cache",),
        "mask": ("mask",),
        "qk_scale": ("scale", "qk_scale"),
        "seq_idx": ("seq_idx",),
        "cache_seq_len": ("cache_seq_len",),
        "cache_offset": ("cache_offset",),
        "sinks": ("sinks",),
        "output": ("output",),
        "number of kv heads": ("H", "NUM_HEAD"),
        "query heads per kv head": ("G", "NUM_GROUP"),
        "head dimension": ("D", "HEAD_DIM"),
        "query length": ("L", "QUERY_LEN"),
        "batch size": ("NB", "NUM_BATCH"),
        "block size": ("P", "PARTITION_SIZE", "WINDOW_SIZE"),
        "number of blocks": ("B", "NUM_BLOCK"),
        "rank of the block table": ("DIM_BLOCK_TABLE",),
    }.items()
    for name in names
}
_IGNORED = frozenset({"dummy", "dummy0", "slot_mapping", "block_size"})


def roles(operator: str, parameter: str) -> frozenset[str] | None:
    """The meanings that fit a parameter of an operator, or of the kernel of the same name.

    An operator is `namespace::name`, a kernel `name`. Only operators tell the mask and the block
    table of a window from others: a wrapper passes them to its kernel under the usual names.
    """
    name = parameter.removesuffix("_base")
    of_window = "sliding_window" in operator and "::" in operator
    if name in _IGNORED:
        return ANYTHING_IGNORED
    if name == "attn_mask":
        return frozenset({"window mask" if of_window else "mask"})
    if name in {"block_table", "block_tables"}:
        return frozenset({"window block table" if of_window else "block_table"})
    if name in {"C", "MAX_SEQ_LEN"}:
        by = "mask" if "causal" not in operator else "seq_idx"
        return frozenset({f"maximum length by {by}"})
    return _ROLES.get(name)


_COMMON = {name: name for name in _STATES}
_BACKEND = {
    "attn_metadata.attn_masks": "mask",
    "attn_metadata.seq_lens": "seq_idx",
    "attn_metadata.seq_lens_tensor": "seq_idx",
    "attn_metadata.block_tables": "block_table",
    "attn_metadata.local_block_tables": "window block table",
    "attn_metadata.cache_seq_lens": "cache_seq_len",
    "attn_metadata.cache_offsets": "cache_offset",
    "attn_metadata.swa_attn_masks": "window mask",
    "self.scale": "qk_scale",
    "self.sinks": "sinks",
    "layer._k_scale": "k_quantize_scale",
    "layer._v_scale": "v_quantize_scale",
    "_fp8_cache_dtype(self.kv_cache_dtype)": "cache dtype",
}
_WRAPPER = {
    **{name: name for name in ("mask", "seq_idx", "qk_scale", "block_table")},
    **{name: name for name in ("cache_seq_len", "cache_offset")},
    "torch.empty_like(query)": "output",
    "query.shape[0]": "batch size",
    "query.shape[1]": "number of kv heads",
    "query.shape[2]": "query heads per kv head",
    "query.shape[-1]": "head dimension",
    "query.shape[-2]": "query length",
    "kv_cache.shape[-2]": "block size",
    "kv_cache.shape[1]": "number of blocks",
    "mask.shape[-1]": "maximum length by mask",
    "kv_cache.shape[-2] * seq_idx.shape[1]": "maximum length by seq_idx",
    "block_table.dim()": "rank of the block table",
}

_METHODS = frozenset({"view", "reshape", "transpose", "to", "contiguous", "unsqueeze", "cpu"})
_FUNCTIONS = frozenset({"align_tensor_last_dim_to_64", "pad", "_stage", "_to_device_inplace"})
THROUGH = Transparent(_METHODS, _FUNCTIONS)

BACKEND = Vocabulary(_COMMON | _BACKEND, roles, THROUGH)
"""The expressions that the attention backend passes."""

WRAPPER = Vocabulary(_COMMON | _WRAPPER, roles, THROUGH, options=frozenset({"host_layout"}))
"""The expressions that the wrappers pass to their kernels."""

PER_PARTITION, ABSOLUTE = "seq_idx per partition", "seq_idx absolute"
_WINDOW_SIZE = (
    r"(?:self\.kv_cache_spec\.sliding_window"
    r"|getattr\(self\.kv_cache_spec, 'sliding_window', None\))"
)

METADATA_FIELDS: Mapping[str, frozenset[str]] = {
    "seq_lens": frozenset({PER_PARTITION, ABSOLUTE}),
    "seq_lens_tensor": frozenset({PER_PARTITION, ABSOLUTE}),
    "block_tables": frozenset({"block_table"}),
    "attn_masks": frozenset({"mask", NONE}),
    "cache_seq_lens": frozenset({"cache_seq_len", NONE}),
    "cache_offsets": frozenset({"cache_offset", NONE}),
    "local_block_tables": frozenset({"window block table", NONE}),
    "swa_attn_masks": frozenset({"window mask", NONE}),
}
"""The fields of the metadata that reach an operator, with the meanings that fit them."""

BLOCK_TABLE_FIELDS = frozenset({"block_tables", "local_block_tables"})
OTHER_BACKEND = "isinstance(self.kv_cache_spec, MLAAttentionSpec)"
"""The test that is true where metadata are built that reach none of the operators."""
PREFILL_TEST = r"is_prefill|self\.input_data\.num_prefills|.*\.is_prompt|.* - 1\)\[0\]"
"""The test by which the builder of the metadata, or its caller, recognises a prefill."""
BLOCK_IDS = "input_block_ids"
"""The parameter of a builder that is passed on as the block table."""
_FLAT, _ROWS = r"torch\.tensor\(.*\.flatten\(\)\.tolist\(\), .*", r"make_tensor_with_pad\(.*"
BLOCK_TABLE_RANKS = (
    (r"common_attn_metadata\.block_table_tensor(\[\.\.\., :1\])?", 2),
    (r"common_attn_metadata\.block_table_tensor\[0\](\[\.\.\., :1\])?", 1),
    (_FLAT, 1),
    (_ROWS, 2),
)
"""The expressions of block tables, with the number of their dimensions."""

BUILDER = Vocabulary(
    {},
    lambda owner, name: METADATA_FIELDS.get(name),
    THROUGH,
    patterns=(
        (r"torch\.clamp\(.*\.repeat\(1, .* - torch\.arange\(.*", PER_PARTITION),
        (r"positions\[[^+*]*\]", ABSOLUTE),
        (r"common_attn_metadata\.block_table_tensor(\[0\])?", "block_table"),
        (r"common_attn_metadata\.block_table_tensor(\[0\])?\[\.\.\., :1\]", "window block table"),
        (rf"{BLOCK_IDS}|<{BLOCK_IDS}>|{_FLAT}|{_ROWS}", "block_table"),
        (r"torch\.zeros\(.+, 1, 1, .*, dtype=torch\.float16 if self\.enforce_eager .*", "mask"),
        (r"torch\.where\(.* > 0, 0\.0, 1\.0\)\[:, None, None, :\]", "window mask"),
        (rf"torch\.clamp\(.*, max={_WINDOW_SIZE}\)", "cache_seq_len"),
        (rf"torch\.clamp\(.*, max={_WINDOW_SIZE}\) \+ .*", "cache_offset"),
    ),
)
"""The expressions of which the builder makes the metadata."""

IMPLIED = frozenset({"window mask"})
"""Meanings that an operator derives itself if it has no such argument."""

_CUSTOM_PATH = r"(?!not ).*(?i:use_custom_kernel).*"
_FP8 = (r"(?!not ).*fp8.*", _CUSTOM_PATH)
REFUSED_WITH: Mapping[str, tuple[str, ...]] = {
    "k_quantize_scale": _FP8,
    "v_quantize_scale": _FP8,
    "cache dtype": _FP8,
    "sinks": (r"not \((self\.)?sinks is None\)", _CUSTOM_PATH),
}
"""Meanings that a backend may refuse when it is constructed, with regular expressions for the
tests under which it raises."""
