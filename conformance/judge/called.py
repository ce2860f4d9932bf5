"""Functions of a contract, called: what goes wrong in them is a mistake of the contract."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch

from conformance.contract import Contract, ContractMistake
from conformance.torch_storages import writes_to


def call(
    contract: Contract,
    field: str,
    function: Callable[..., Any],
    arguments: Sequence[Any],
    keywords: Mapping[str, Any] | None = None,
) -> Any:
    """What ``function``, the ``field`` of the contract, returns.

    Raises :class:`~conformance.contract.ContractMistake` if it raises, ends the process, or writes
    into its arguments: they are what the subject is judged by.
    """
    given = [a for a in (*arguments, *(keywords or {}).values()) if isinstance(a, torch.Tensor)]
    before = [writes_to(tensor) for tensor in given]
    try:
        answer = function(*arguments, **(keywords or {}))
    except (Exception, SystemExit) as error:
        shapes = ", ".join(str(tuple(tensor.shape)) for tensor in given)
        problem = f"raises {type(error).__name__}: {error}"
        mend = f"it must answer every call that the contract allows (here: tensors of {shapes})"
        raise ContractMistake(contract.name, field, problem, mend) from error
    for tensor, count in zip(given, before, strict=True):
        if writes_to(tensor) != count:
            problem = f"changes an argument of shape {tuple(tensor.shape)} in place"
            raise ContractMistake(contract.name, field, problem, "clone it first")
    return answer


def a_tensor(contract: Contract, field: str, what: str, found: Any) -> torch.Tensor:
    """``found``, if it is a tensor on the CPU of real numbers; ``what`` names it.

    Raises :class:`~conformance.contract.ContractMistake` if it is anything else.
    """
    if not isinstance(found, torch.Tensor):
        problem = f"returns {type(found).__name__} for {what}"
        raise ContractMistake(contract.name, field, problem, "return a tensor")
    if found.layout is not torch.strided or found.device.type != "cpu" or found.is_complex():
        kind = f"{found.dtype}, {found.layout} tensor on {found.device}".replace("torch.", "")
        problem = f"returns {what} as {kind}"
        raise ContractMistake(
            contract.name, field, problem, "return real numbers, dense on the CPU"
        )
    return found
