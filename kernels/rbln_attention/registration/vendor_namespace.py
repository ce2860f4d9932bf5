"""Our implementations under the vendor's names: `torch.ops.rbln_triton_ops.*`."""

import torch

from ..names import FAMILY

NAMESPACE = "rbln_triton_ops"


def register() -> tuple[str, ...]:
    """Register those of the ten operators that nobody has registered; returns their names.

    The schemas are the vendor's, to the letter. They lie: none says that `kv_cache` is written to,
    and it is. Eager calls are right all the same; whoever reorders or drops calls by their schema
    may lose writes. `operator` registers the same implementations with schemas that tell.

    Registering an operator that exists is an error in PyTorch: call this after the vendor's
    modules were imported, not before.
    """
    # Registers ours under our own names too, which importing this module must not do.
    from .operator import register_operator

    namespace = getattr(torch.ops, NAMESPACE)
    missing = tuple(name for name in FAMILY if not hasattr(namespace, name))
    for name in missing:
        register_operator(f"{NAMESPACE}::{name}", name, set())
    return missing
