"""Whether a subject can take the arguments of its contract at all, before it is called."""

import inspect
import keyword
import re
from collections.abc import Callable, Sequence
from inspect import Parameter
from typing import Any

from conformance.catalogue.objects import SubjectBroken
from conformance.contract import Contract, TensorArgument

_BY_PLACE = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)


def check_arity(contract: Contract, function: Callable[..., Any]) -> None:
    """Raise :class:`~conformance.catalogue.objects.SubjectBroken` for a callable that no call of
    the contract fits, with the signature that is owed.

    Arguments are passed by place, and optional tensors at the end may be left out; so names and
    order of parameters are not judged. Nothing is known of ``*arguments``, of wrappers that take
    anything, and of built-in functions that do not tell.
    """
    try:
        # A wrapper may call what it wraps with other arguments than its own.
        signature = inspect.signature(function, follow_wrapped=False)
    except (TypeError, ValueError):
        return
    most = len(contract.arguments)
    if any(_takes(signature, count) for count in range(_fewest(contract), most + 1)):
        return
    name = getattr(function, "__name__", type(function).__name__)
    parameters = list(signature.parameters.values())
    owed = ", ".join(_owed(contract))
    raise SubjectBroken(
        f"{name}{_without_annotations(signature)} {_taken(parameters)}; "
        f"{contract.name} owes ({', '.join(a.name for a in contract.arguments)}): "
        f"def {_identifier(contract.name)}({owed}): …"
    )


def _takes(signature: inspect.Signature, count: int) -> bool:
    try:
        signature.bind(*[None] * count)
    except TypeError:
        return False
    return True


def _fewest(contract: Contract) -> int:
    """How many arguments every call passes: all but the optional tensors at the end."""
    count = len(contract.arguments)
    for argument in reversed(contract.arguments):
        if not isinstance(argument, TensorArgument) or not argument.optional:
            break
        count -= 1
    return count


def _owed(contract: Contract) -> list[str]:
    names = [_identifier(argument.name) for argument in contract.arguments]
    fewest = _fewest(contract)
    return [*names[:fewest], *(f"{name}=None" for name in names[fewest:])]


def _taken(parameters: Sequence[Parameter]) -> str:
    by_place = [each for each in parameters if each.kind in _BY_PLACE]
    fewest = sum(each.default is Parameter.empty for each in by_place)
    most = len(by_place)
    takes = f"takes {most}" if fewest == most else f"takes {fewest} to {most}"
    if any(each.kind is Parameter.VAR_POSITIONAL for each in parameters):
        takes = f"takes at least {fewest}"
    text = f"{takes} argument{'' if takes.endswith(' 1') else 's'}"
    by_name = [
        each.name
        for each in parameters
        if each.kind is Parameter.KEYWORD_ONLY and each.default is Parameter.empty
    ]
    return f"{text} and needs {', '.join(by_name)} by name" if by_name else text


def _without_annotations(signature: inspect.Signature) -> str:
    empty = inspect.Signature.empty
    parameters = [each.replace(annotation=empty) for each in signature.parameters.values()]
    return str(signature.replace(parameters=parameters, return_annotation=empty))


def _identifier(text: str) -> str:
    name = re.sub(r"\W", "_", text)
    return f"{name}_" if keyword.iskeyword(name) else name
