"""Registration with PyTorch: `torch.ops.conformance_kernels.rbln_*`, one for each operator.

Importing this module registers the operators; importing or reloading it again is harmless. Names
and order of the arguments are the vendor's. That the cache is written to is declared, which the
vendor's operators keep to themselves.
"""

from collections.abc import Callable

import torch

from ..implementations.arguments import check_paged, check_window
from ..implementations.output import output_of
from ..implementations.signatures import functions, signature
from ..names import FAMILY
from .dispatch import OPERATORS

NAMESPACE, PREFIX = "conformance_kernels", "rbln_"


def _fake(check: Callable[..., None]) -> Callable[..., torch.Tensor]:
    def fake(call) -> torch.Tensor:
        check(call)
        return output_of(call.query)

    return fake


_FAKES = functions(_fake(check_paged), _fake(check_window))


def register_operator(qualified: str, name: str, mutates_args: set[str]) -> object:
    """Register the operator `name` as `qualified`, "namespace::name"; returns what was registered.

    Kernel for every device; `dispatch` says what runs. Under torch.compile it is taken apart into
    the operations and kernel launches that it consists of.
    """

    def operator(*tensors: torch.Tensor) -> torch.Tensor:
        return OPERATORS[name](*tensors)

    operator.__name__ = operator.__qualname__ = name
    operator.__signature__ = signature(name)  # type: ignore[attr-defined]
    registered = torch.library.triton_op(qualified, operator, mutates_args=mutates_args)
    registered.register_fake(_FAKES[name])
    return registered


REGISTERED = {
    name: register_operator(f"{NAMESPACE}::{PREFIX}{name}", name, {"kv_cache"}) for name in FAMILY
}
"""What was registered, by the name of the operator without prefix."""
