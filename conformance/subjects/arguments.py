"""From the arguments of a contract to those of a released function."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import takewhile
from typing import Any

from conformance.catalogue.objects import SubjectBroken
from conformance.contract import DEFAULT, Constant


def with_arguments(
    function: Callable[..., Any], mapping: Mapping[str, Any], names: Sequence[str]
) -> Callable[..., Any]:
    """``function``, called with the arguments of a contract (``names``, in order).

    ``mapping`` says for each parameter of ``function`` in order which argument of the contract it
    is given, or which constant. The attribute ``bound`` of what is returned takes the arguments of
    the contract as well, and gives back the call that they make, for whoever repeats it. Raises
    :class:`~conformance.catalogue.objects.SubjectBroken` if the function has not exactly these
    parameters.
    """
    parameters = parameters_of(function)
    if list(parameters) != list(mapping):
        raise SubjectBroken(
            f"it takes {', '.join(parameters) or 'nothing'}; known of it: {', '.join(mapping)}"
        )
    given = {name: source for name, source in mapping.items() if source is not DEFAULT}
    keyword = {n for n, p in parameters.items() if p.kind is inspect.Parameter.KEYWORD_ONLY}
    # What follows a parameter that is left out needs its name.
    positional = list(takewhile(lambda name: name in given and name not in keyword, mapping))

    def bound(*arguments: Any) -> Callable[[], Any]:
        # Optional tensors at the end are left out if they are None.
        passed = dict.fromkeys(names) | dict(zip(names, arguments, strict=False))
        values = {
            name: source.value if isinstance(source, Constant) else passed[source]
            for name, source in given.items()
        }
        ordered = [values.pop(name) for name in positional]
        return partial(function, *ordered, **values)

    def called(*arguments: Any) -> Any:
        return bound(*arguments)()

    called.bound = bound  # type: ignore[attr-defined]
    return called


def parameters_of(function: Callable[..., Any]) -> dict[str, inspect.Parameter]:
    """The parameters of a function by name; of ``Function.apply`` those of its ``forward``."""
    forward = getattr(getattr(function, "__self__", None), "forward", None)
    if forward and getattr(function, "__name__", "") == "apply":
        parameters = inspect.signature(forward).parameters
        return dict(list(parameters.items())[1:])  # without the context
    return dict(inspect.signature(function).parameters)
