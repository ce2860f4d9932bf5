"""A call that a user gives, as a case that can be varied."""

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch

from conformance.case import ABSENT, Case, TensorSpec
from conformance.catalogue.objects import SubjectBroken, load_object
from conformance.registrations.calls.contents import EXAMPLE
from conformance.registrations.calls.types import Type, fits, type_of
from conformance.registrations.calls.words import DEFAULT, NONE
from conformance.registrations.calls.words import EXAMPLE as AS_GIVEN
from conformance.tensors.dtypes import dtype_name


@dataclass(frozen=True)
class Example:
    """A call, and what of it may be varied without a wrong call: machine code may check nothing.

    ``values`` are arguments by name, or in order. ``sizes`` are the sizes of dimensions
    that may be other ones; all dimensions of one size are resized together (None: all may be).
    Without ``layouts`` tensors stay dense, without ``dtypes`` they keep their dtypes.
    """

    values: Any
    sizes: frozenset[int] | None = None
    layouts: bool = True
    dtypes: bool = True


def example_of(text: str, name: str, arguments: Sequence[Any]) -> Example:
    """The call that ``FILE.py:NAME`` gives, by the names of the schema.

    NAME is a tuple or a dictionary of arguments, an `Example`, a dictionary of such by names of
    operators, or a function without arguments that returns one of these. Raises
    :class:`SubjectBroken` if they do not fit the schema.
    """
    return example_from(load_object(text), text, name, arguments)


def example_from(found: Any, text: str, name: str, arguments: Sequence[Any]) -> Example:
    """The same from what ``text`` names."""
    if callable(found):
        if any(p.default is p.empty for p in inspect.signature(found).parameters.values()):
            raise SubjectBroken(f"{text} takes arguments: it must be callable without any")
        found = _called(found, text)
    if isinstance(found, Mapping) and name in found:
        found = found[name]
        found = _called(found, text) if callable(found) else found
    example = found if isinstance(found, Example) else Example(found)
    found = example.values
    names = [argument.name for argument in arguments]
    if isinstance(found, tuple | list):
        if len(found) > len(names):
            takes = f"{name} takes {len(names)}"
            raise SubjectBroken(f"{text} gives {len(found)} arguments; {takes}")
        found = dict(zip(names, found, strict=False))
    if not isinstance(found, Mapping):
        raise SubjectBroken(f"{text} is of type {type(found).__name__}: give a tuple or a dict")
    if unknown := [each for each in found if each not in names]:
        known = ", ".join(names)
        raise SubjectBroken(f"{text}: {name} has no argument {unknown[0]!r}; it takes {known}")
    lacking = [a.name for a in arguments if a.name not in found and not a.has_default_value()]
    if lacking:
        raise SubjectBroken(f"{text}: nothing is given for {', '.join(lacking)}")
    return replace(example, values={str(each): value for each, value in found.items()})


def _called(function: Any, text: str) -> Any:
    try:
        return function()
    except Exception as error:
        raise SubjectBroken(f"{text} raises {type(error).__name__}: {error}") from error


def example_case(
    name: str, arguments: Sequence[Any], values: Mapping[str, Any]
) -> tuple[Case, dict[str, Any]]:
    """The case of an example, and what its words :data:`EXAMPLE` stand for.

    Raises :class:`SubjectBroken` for a value that is not of the type in the schema.
    """
    axes: dict[str, Any] = {}
    tensors: dict[str, TensorSpec] = {}
    options: dict[str, str] = {}
    given: dict[str, Any] = {}

    def tensor(each: str, value: Any) -> None:
        if value is None:
            tensors[each] = ABSENT
            return
        if value.layout is not torch.strided or value.is_quantized:
            raise SubjectBroken(f"{each.partition('__')[0]} of the example is no dense tensor")
        axes[each] = tuple(value.shape)
        tensors[each] = TensorSpec(dtype_name(value.dtype), EXAMPLE)
        given[each] = value.detach().cpu().clone()

    for argument in arguments:
        value, type_ = values.get(argument.name), type_of(argument)
        if argument.name not in values:
            if type_.base == "Tensor" and not type_.several:
                tensors[argument.name] = ABSENT
            else:
                options[argument.name] = DEFAULT
        elif type_.base != "Tensor":
            if not fits(type_, value):
                raise SubjectBroken(
                    f"{argument.name} of the example is no {argument.type}: {value!r}"
                )
            options[argument.name], given[argument.name] = AS_GIVEN, value
        elif type_.several:
            if value is None and type_.optional:
                options[argument.name] = NONE
                continue
            several = _list(argument.name, type_, value)
            options[argument.name] = str(len(several))
            for place, each in enumerate(several):
                tensor(f"{argument.name}__{place}", each)
        elif value is None or isinstance(value, torch.Tensor):
            tensor(argument.name, value)
        else:
            raise SubjectBroken(f"{argument.name} of the example is no tensor: {value!r}")
    return Case(name, "any", axes, tensors, options), given


def _list(name: str, type_: Type, value: Any) -> list[torch.Tensor | None]:
    fit = isinstance(value, list | tuple) and all(
        isinstance(each, torch.Tensor) or (each is None and type_.gaps) for each in value
    )
    if not fit:
        raise SubjectBroken(f"{name} of the example is no list of tensors: {value!r}")
    return list(value)
