"""A registered operator as the checks see it."""

from dataclasses import dataclass
from typing import Any

import torch

from conformance import torch_registry
from conformance.catalogue.objects import SubjectNotFound


@dataclass(frozen=True)
class Registered:
    """One overload of an operator of ``torch.ops``. ``name`` is ``ns::op`` or ``ns::op.overload``.

    ``device`` is a device of torch (``cpu``, ``cuda:0``).
    """

    name: str
    overload: Any
    device: str = "cpu"

    @property
    def schema(self) -> Any:
        """Torch's own schema (``torch._C.FunctionSchema``)."""
        return torch_registry.schema_of(self.overload)

    @property
    def dispatch_name(self) -> str:
        """The name by which the dispatcher's tables know it."""
        return torch_registry.dispatch_name(self.overload)

    @property
    def arguments(self) -> tuple[Any, ...]:
        """The arguments of the schema in order."""
        return tuple(self.schema.arguments)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(argument.name for argument in self.arguments)

    @property
    def keyword_only(self) -> frozenset[str]:
        return frozenset(a.name for a in self.arguments if a.kwarg_only)

    @property
    def writes(self) -> tuple[str, ...]:
        """The arguments that the schema says are written in place."""
        return torch_registry.written_arguments(self.schema)

    @property
    def key(self) -> str:
        """The dispatch key of a kernel for its device: ``CPU``, ``CUDA``, ``PrivateUse1``."""
        return torch_registry.dispatch_key(self.device)

    @property
    def has_own_kernel(self) -> bool:
        """Whether a kernel is registered for exactly the key of its device."""
        return torch_registry.has_kernel(self.dispatch_name, self.key)

    @property
    def is_composite(self) -> bool:
        """Whether torch traces through its kernel, as through any function of other operators."""
        return torch_registry.has_kernel(self.dispatch_name, "CompositeImplicitAutograd")


def find_registered(name: str, device: str = "cpu") -> Registered:
    """The operator of that name. Raises :class:`SubjectNotFound`."""
    namespace, _, rest = name.partition("::")
    operator, _, overload = rest.partition(".")
    try:
        packet = getattr(getattr(torch.ops, namespace), operator)
        chosen = getattr(packet, overload or _only(packet))
    except (AttributeError, RuntimeError) as error:
        raise SubjectNotFound(f"torch knows no operator {name}") from error
    return Registered(name, chosen, device)


def _only(packet: Any) -> str:
    """``default``, or the only overload there is."""
    overloads = packet.overloads()
    if "default" in overloads or len(overloads) != 1:
        return "default"
    return str(overloads[0])
