"""Keys and values of new tokens go to their slots of a paged cache; nothing is returned."""

from functools import partial
from math import prod

from conformance import contract as c

from ..models import shapes_of_heads


def reference(key, value, key_cache, value_cache, slot_mapping):
    caches = [pool.contiguous().clone() for pool in (key_cache, value_cache)]
    kept = slot_mapping >= 0
    for new, cache in zip((key, value), caches, strict=True):
        cache.view(-1, *cache.shape[2:])[slot_mapping[kept]] = new[kept].to(cache.dtype)
    return tuple(caches)


def _half(shape, guard):  # keys within keys and values: of a projection, or of a cache's blocks
    strides = [prod(shape[place + 1 :]) for place in range(len(shape))]
    return c.Placement((2 * strides[0], *strides[1:]), guard, 2 * guard + 2 * prod(shape))


_float = partial(c.TensorArgument, dtypes=("bfloat16", "float16", "float32"), strides="dense",
                 owed_layouts=("half",), refused_by="callers")  # fmt: skip
_new = partial(_float, axes=("T", "H", "D"), role=c.Role.NEW_STATE)
_cache = partial(_float, axes=("NB", "P", "H", "D"), role=c.Role.STATE, same_dtype="key")
CONTRACT = c.Contract(
    "reshape_and_cache", "slot slot_mapping[t] of the caches becomes token t; -1 is padding",
    (c.Axis("T", "tokens", least=0, usual=7), c.Axis("NB", "blocks", usual=5),
     c.Axis("P", "slots of a block", usual=16), c.Axis("H", "heads", usual=3),
     c.Axis("D", "head size", usual=16, edges=(1, 80, 128, 257))),
    (_new("key", meaning="new keys", state="key_cache"),
     _new("value", meaning="new values", state="value_cache", same_dtype="key"),
     _cache("key_cache", meaning="all keys"), _cache("value_cache", meaning="all values"),
     c.TensorArgument("slot_mapping", ("T",), ("int64",), "slot of each token", strides="dense",
         refused_by="callers", holds=c.Integers(0, "NB * P - 1", padding=-1, distinct=True))),
    (), reference, constraints=(c.Expression("T <= NB * P"),), layouts={"half": c.Layout(1, _half)},
    released=shapes_of_heads("H", "D"),
)  # fmt: skip
