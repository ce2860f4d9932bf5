"""Calls of operators of which only the schema matters."""

import sys
import types

import torch

from conformance.registrations.calls.example import example_case, example_of
from conformance.registrations.calls.implied import ImpliedCalls

NAME = "calls_here::op"


def arguments(schema):
    """The arguments of ``(…) -> …`` in torch's notation."""
    return torch._C.parse_schema(f"{NAME}{schema}").arguments


def example(value, schema, name=NAME):
    """What ``MODULE:ARGUMENTS`` gives for a schema, as the values of its arguments."""
    module = types.ModuleType("calls_example")
    module.ARGUMENTS = value
    sys.modules[module.__name__] = module
    return example_of("calls_example:ARGUMENTS", name, arguments(schema)).values


def implied(value, schema):
    """The calls that follow from an example."""
    known = arguments(schema)
    base, given = example_case(NAME, known, example(value, schema))
    written = frozenset(
        each.name for each in known if each.alias_info is not None and each.alias_info.is_write
    )
    return ImpliedCalls(NAME, known, base, given, True, written)
