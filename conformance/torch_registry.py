"""What torch knows of registered operators and does not promise to tell: schemas and tables.

Internal is what lies behind a name with an underscore: `torch._C`, `torch._library`,
`operator._schema`.
"""

from __future__ import annotations

from typing import Any

import torch
from torch._library.custom_ops import OPDEFS
from torch._library.simple_registry import singleton as _fakes
from torch._library.utils import can_generate_trivial_fake_impl


def schema_of(overload: Any) -> Any:
    """The schema of an overload (``torch._C.FunctionSchema``)."""
    return overload._schema


def dispatch_name(overload: Any) -> str:
    """The name of an overload in the dispatcher's tables: ``ns::op`` or ``ns::op.overload``."""
    return str(overload._name)


def dispatch_key(device: str) -> str:
    """The dispatch key of kernels for a device of torch: ``CPU``, ``CUDA``, ``PrivateUse1``."""
    return str(torch._C._dispatch_key_for_device(torch.device(device).type))


def answers(name: str, key: str) -> bool:
    """Whether a kernel answers on a dispatch key, by the table that torch computes.

    The fallback of a backend for all operators is no kernel of this one.
    """
    if not torch._C._dispatch_has_computed_kernel_for_dispatch_key(name, key):
        return False
    lines = torch._C._dispatch_dump_table(name).splitlines()
    return not any(
        line.startswith(f"{key}:") and line.endswith("[backend fallback]") for line in lines
    )


def has_kernel(name: str, key: str) -> bool:
    """Whether a kernel is registered for exactly this dispatch key."""
    return bool(torch._C._dispatch_has_kernel_for_dispatch_key(name, key))


KEYS = (
    "CPU", "CUDA", "XPU", "HPU", "MPS", "MTIA", "PrivateUse1", "Meta", "CompositeImplicitAutograd",
    "CompositeExplicitAutograd", "CompositeExplicitAutogradNonFunctional", "BackendSelect",
    "Autograd", "AutogradCPU", "AutogradCUDA", "AutogradPrivateUse1", "ADInplaceOrView",
    "Functionalize", "FuncTorchBatched", "AutocastCPU", "AutocastCUDA", "SparseCPU", "QuantizedCPU",
)  # fmt: skip
"""Keys that kernels are registered for."""


def keys_with_kernels(name: str) -> tuple[str, ...]:
    """Those of :data:`KEYS` that have a kernel of their own."""
    return tuple(key for key in KEYS if has_kernel(name, key))


def has_fake(overload: Any) -> bool:
    """Whether there is something to run without data: a fake kernel, or one for ``Meta``.

    An operator that consists of others needs none, nor one that writes and returns nothing: torch
    knows what comes of that.
    """
    if can_generate_trivial_fake_impl(overload):
        return True
    name = dispatch_name(overload)
    if any(has_kernel(name, key) for key in ("Meta", "CompositeImplicitAutograd")):
        return True
    entry = _fakes.find(name.removesuffix(".default"))
    return entry.fake_impl.kernel is not None


def kernel_of(name: str) -> Any:
    """The Python function behind ``torch.library.custom_op`` or ``triton_op``; None otherwise."""
    definition = OPDEFS.get(name.removesuffix(".default"))
    return None if definition is None else definition._init_fn


def table_of(name: str) -> str:
    """What is registered for an operator, as torch prints it: a line for each key."""
    return str(torch._C._dispatch_dump(name))


def written_arguments(schema: Any) -> tuple[str, ...]:
    """The names of the arguments that a schema says are written in place."""
    return tuple(
        argument.name
        for argument in schema.arguments
        if argument.alias_info is not None and argument.alias_info.is_write
    )


def memory_of_results(schema: Any) -> list[frozenset[str] | None]:
    """For each result the arguments whose memory it lies in by the schema; None for memory of its
    own. A result of a wildcard set may lie anywhere: it gets an empty set."""
    found: list[frozenset[str] | None] = []
    for result in schema.returns:
        if result.alias_info is None:
            found.append(None)
            continue
        letters = set(result.alias_info.before_set)
        found.append(
            frozenset(
                argument.name
                for argument in schema.arguments
                if argument.alias_info is not None
                and letters & (set(argument.alias_info.before_set) | argument.alias_info.after_set)
            )
        )
    return found


def views_of_results(schema: Any) -> bool:
    """Whether a schema says of any result that it shares memory."""
    return any(result.alias_info is not None for result in schema.returns)


def operators_of(namespace: str) -> list[str]:
    """The names of all operators of a namespace, without it and without overloads, sorted."""
    prefix = f"{namespace}::"
    names = (name for name in torch._C._dispatch_get_all_op_names() if name.startswith(prefix))
    return sorted({name.removeprefix(prefix).partition(".")[0] for name in names})
