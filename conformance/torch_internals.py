"""One of the modules that touch torch's internals.

Internal is what lies behind a name with an underscore (`torch._C`, `torch._dynamo`,
`torch.utils._python_dispatch`, `torch.utils._pytree`, `operator._schema`), and what torch does not
document.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import lru_cache
from typing import Any, TypeVar

import torch
from torch.utils._python_dispatch import TorchDispatchMode, _disable_current_modes
from torch.utils._pytree import tree_leaves

T = TypeVar("T")

#: Keys of the dispatcher that come after the one at which modes are called: those of kernels.
_OF_KERNELS = torch._C._dispatch_keyset_full_after(torch._C.DispatchKey.Python)
_BACKEND_SELECT = torch._C.DispatchKeySet(torch._C.DispatchKey.BackendSelect)
_UNDEFINED = torch._C.DispatchKeySet(torch._C.DispatchKey.Undefined)


class WatchedOperators(TorchDispatchMode):
    """While open, every call of an operator of torch in this thread goes through ``called``.

    The mode is off while ``called`` runs, so that it can call the operator itself. Operators on
    tensors that bring an implementation of their own (fake, functional, wrapping ones) go there,
    with the mode on.
    """

    supports_higher_order_operators = True

    def called(self, operator: Any, arguments: tuple, keywords: dict[str, Any]) -> Any:
        """What the call gives to the caller."""
        return operator(*arguments, **keywords)

    def called_with_watch(self, operator: Any, arguments: tuple, keywords: dict[str, Any]) -> Any:
        """Call ``operator`` such that the operators which its kernel calls are watched, too.

        The dispatcher of torch goes on below the mode, with the mode on: to the kernel for the
        tensors among the arguments, or to the one for calls without tensors. Modes that were opened
        before this one come first, and what the kernel calls under them is not watched.
        """
        if torch._C._len_torch_dispatch_stack():
            return operator(*arguments, **keywords)
        keys = _kernel_keys(operator, arguments, keywords)
        with self:
            return operator.redispatch(keys, *arguments, **keywords)

    def __torch_dispatch__(
        self, operator: Any, types: Any, arguments: tuple = (), keywords: Any = None
    ) -> Any:
        if isinstance(operator, torch._ops.HigherOrderOperator):
            return operator(*arguments, **keywords or {})
        if any(_dispatches(each) for each in types) and not torch._C._len_torch_dispatch_stack():
            return NotImplemented  # the first of ``types`` is asked next
        return self.called(operator, arguments, keywords or {})

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        # Else torch imports its compiler, which takes seconds, at the first operator.
        return False

    @classmethod
    def ignore_compile_internals(cls) -> bool:
        # Else torch runs compiled functions eagerly while the mode is on.
        return True


def _dispatches(type_: Any) -> bool:
    return type_.__torch_dispatch__ is not torch._C._disabled_torch_dispatch_impl


def _kernel_keys(operator: Any, arguments: tuple, keywords: dict[str, Any]) -> Any:
    """Keys by which torch's dispatcher finds the kernel of a call, modes left out."""
    keys = torch._C._dispatch_tls_local_include_set()
    for tensor in tensors_in((arguments, keywords)):
        keys = keys | torch._C._dispatch_keys(tensor)
    keys = (keys - torch._C._dispatch_tls_local_exclude_set()) & _OF_KERNELS
    if not operator.has_kernel_for_dispatch_key(torch._C.DispatchKey.BackendSelect):
        keys = keys - _BACKEND_SELECT
    return keys if keys.raw_repr() else _UNDEFINED


def has_own_dispatch(tensor: torch.Tensor) -> bool:
    """Whether calls of operators on ``tensor`` go to Python code of its class."""
    return bool(torch._C._dispatch_keys(tensor).has(torch._C.DispatchKey.Python))


def without_watch() -> AbstractContextManager[Any]:
    """While open, no mode (:class:`WatchedOperators`, fake tensors) sees calls of operators."""
    return _disable_current_modes()


def let_device_wait(cycles: int) -> None:
    """Give the current stream of CUDA nothing to do for ``cycles`` of its clock."""
    wait: Callable[[int], None] = torch.cuda._sleep
    wait(cycles)


class undisturbed:
    """While open, no class and no mode that somebody left behind changes what torch does."""

    __slots__ = ("_entered",)

    def __enter__(self) -> None:
        contexts: list[Any] = [torch._C.DisableTorchFunction()]
        if torch._C._len_torch_dispatch_stack():
            contexts.append(_disable_current_modes())
        if torch.is_grad_enabled():
            contexts.append(torch.no_grad())
        for context in contexts:
            context.__enter__()
        self._entered = contexts

    def __exit__(self, *exception: Any) -> None:
        for context in reversed(self._entered):
            context.__exit__(*exception)


def declared_writes(operator: Any, arguments: tuple, keywords: dict[str, Any]) -> list[Any]:
    """Arguments that ``operator`` mutates by its schema: tensors, lists of tensors, None."""
    return [
        arguments[place] if place < len(arguments) else keywords.get(declared.name)
        for place, declared in enumerate(operator._schema.arguments)
        if declared.alias_info is not None and declared.alias_info.is_write
    ]


def returns_views(operator: Any) -> bool:
    """Whether what ``operator`` returns shares memory with its arguments, by its schema."""
    return any(each.alias_info is not None for each in operator._schema.returns)


def computes(operator: Any) -> bool:
    """Whether ``operator`` does more than show memory of its arguments in another way."""
    shown = [each.alias_info for each in operator._schema.returns]
    return not any(info is not None and not info.is_write for info in shown)


def is_written_in_python(operator: Any) -> bool:
    """Whether a kernel of the registered ``operator`` is a function of Python."""
    return _is_written_in_python(operator, len(torch.library._impls))


@lru_cache(maxsize=1024)
def _is_written_in_python(operator: Any, registered: int) -> bool:
    name = operator._schema.name.split("::")[-1]
    prefixes = tuple(
        f"{operator.namespace}/{each}/" for each in (name, f"{name}.{operator._overloadname}")
    )
    return any(
        kernel.startswith(prefixes)
        and not kernel.endswith(("/Meta", "/ADInplaceOrView"))
        and "/Autograd" not in kernel
        for kernel in torch.library._impls
    )


def tensors_in(value: Any) -> Iterator[torch.Tensor]:
    """The tensors in nested tuples, lists and dictionaries."""
    if isinstance(value, torch.Tensor):
        yield value
        return
    for leaf in tree_leaves(value):
        if isinstance(leaf, torch.Tensor):
            yield leaf


def recompiling(times: int) -> AbstractContextManager[Any]:
    """While open, `torch.compile` compiles a function up to ``times`` times, and then raises."""
    return torch._dynamo.config.patch(
        recompile_limit=times,
        accumulated_recompile_limit=times,
        fail_on_recompile_limit_hit=True,
    )


def left_to_python(function: Callable[..., T]) -> Callable[..., T]:
    """``function``, such that `torch.compile` does not look into it where its caller is compiled.

    The compiler is not imported for that, which takes seconds.
    """
    disabled = torch._disable_dynamo(function, recursive=True)

    def call(*arguments: Any, **keywords: Any) -> T:
        chosen = disabled if "torch._dynamo" in sys.modules else function
        return chosen(*arguments, **keywords)

    return call


def claim_capability(major: int, minor: int) -> None:
    """Have `torch.cuda` say that its devices have this capability, for the rest of the process.

    For code that asks for it on a machine without a GPU.
    """
    torch.cuda.get_device_capability = lambda *_, **__: (major, minor)
