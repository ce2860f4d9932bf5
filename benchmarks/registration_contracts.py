"""What the two operators of a file of registration faults owe, by the names that they document.

``gemma4_route(gating, topk, per_expert_scale)`` and ``attn_decode(q, k, v, kv_cache, scale,
seq_idx, block_tables, sinks=None)``. The second is our paged decode under other names.
"""

from dataclasses import replace
from typing import Any

from conformance_kernels.gemma4_routing.contract import CONTRACT as _ROUTING
from conformance_kernels.rbln_attention.contract import OPERATORS
from conformance_kernels.rbln_attention.table import KINDS

from conformance.contract import (
    Answer,
    Contract,
    Operator,
    Scene,
    Situation,
    TensorArgument,
)

_DECODE = "flash_causal_attention_naive_decode"

NAMES = {
    "query": "q", "key": "k", "value": "v", "kv_cache": "kv_cache", "qk_scale": "scale",
    "seq_idx": "seq_idx", "block_table": "block_tables", "sinks": "sinks",
}  # fmt: skip
"""Arguments of our decode and what the file calls them, in its order."""


def _renamed(argument: TensorArgument) -> TensorArgument:
    """The argument under its other name; callers pass it dense, and refuse what is wrong."""
    same = {"kv_cache": "query"}.get(argument.name, argument.same_dtype)
    return replace(
        argument,
        name=NAMES[argument.name],
        same_dtype=NAMES[same] if same else None,
        owed_layouts=(),
        strides="dense",
        refused_by="callers",
    )


def reference(
    q: Any, k: Any, v: Any, kv_cache: Any, scale: Any, seq_idx: Any, tables: Any, sinks: Any = None
) -> Answer:
    """The reference of our decode, which takes one tensor more that nobody looks at."""
    from conformance_kernels.rbln_attention.reference import defined

    values = (q, k, v, kv_cache, scale, seq_idx, tables, scale)
    return defined(KINDS[_DECODE], *values, *(() if sinks is None else (sinks,)))


def scene(situation: Situation) -> Scene:
    """The scene of our decode under the file's names."""
    from conformance_kernels.rbln_attention.scene import set_scene

    ours = {theirs: name for name, theirs in NAMES.items()}
    found = set_scene(
        KINDS[_DECODE],
        replace(
            situation,
            values={ours[name]: word for name, word in situation.values.items()},
            dtypes={ours[name]: dtype for name, dtype in situation.dtypes.items()},
        ),
    )
    return Scene(
        {NAMES[name]: value for name, value in found.values.items()},
        {NAMES[name]: mask for name, mask in found.undefined.items()},
    )


def _attention() -> Contract:
    ours = OPERATORS[_DECODE].contract
    known = {each.name: each for each in ours.tensors}
    return replace(
        ours,
        name="attn_decode",
        arguments=tuple(_renamed(known[name]) for name in NAMES),
        outputs=tuple(replace(each, dtype="q", strides="any") for each in ours.outputs),
        reference=reference,
        scene=scene,
        grids=(),
        released=(),
        combinations=(),
    )


ROUTE = Operator(replace(_ROUTING, name="gemma4_route", grids=(), released=()), {})
ATTENTION = Operator(_attention(), {})
