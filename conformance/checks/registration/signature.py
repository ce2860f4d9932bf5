"""Can it be called as documented: by position, by name, with defaults left out?

Where a contract is given, the schema must have its arguments under their names, in their order and
of their types, may add arguments with defaults behind them, must say which are written, and must
return as many results. Alias letters are free, ``SymInt`` and ``int`` are one type. Then the same
call is made by position, by name and without what equals a default: all three give the same bits.
"""

from collections.abc import Iterator
from typing import Any

from conformance.case import Case
from conformance.checks.registration.check import RegistrationCheck, nothing, once
from conformance.contract import (
    Contract,
    FloatArgument,
    ScalarArgument,
    SizeArgument,
    TensorArgument,
)
from conformance.events.finding import Finding, Kind
from conformance.registrations.calls.call import Call
from conformance.registrations.calls.types import type_of
from conformance.registrations.examined import Examined
from conformance.registrations.programs import called
from conformance.registrations.registered import Registered
from conformance.registrations.stored import same_bytes


def _decide(examined: Examined, case: Case) -> list[Finding]:
    findings = []
    if examined.contract is not None:
        findings = list(_documented(examined.registered, examined.contract))
    if examined.calls is not None and not findings:
        findings = list(_ways(examined, case))
    return findings


def _documented(registered: Registered, contract: Contract) -> Iterator[Finding]:
    arguments = {argument.name: argument for argument in registered.arguments}
    documented = [a for a in contract.arguments if not _never(a)]
    names = [argument.name for argument in documented]
    missing = [name for name in names if name not in arguments]
    extra = [a.name for a in registered.arguments if a.name not in names]
    shown = f"({', '.join(arguments)})"
    for name in missing:
        message = "the schema has no argument of this name"
        yield Finding(name, message, shown, f"({', '.join(names)})", kind=Kind.STRUCTURE)
    for name in extra:
        if not arguments[name].has_default_value():
            message = "the schema has an argument that is not documented, without a default"
            yield Finding(name, message, shown, f"({', '.join(names)})", kind=Kind.STRUCTURE)
    if missing:
        return
    positional = [a.name for a in registered.arguments if not a.kwarg_only]
    wanted = [name for name in names if name in positional]
    if positional[: len(wanted)] != wanted:
        message = "the schema has the arguments in another order: a call by position means another"
        yield Finding(
            "arguments", message, shown, f"({', '.join(names)})", kind=Kind.STRUCTURE, cause="order"
        )
    for argument in documented:
        yield from _typed(argument, arguments[argument.name])
    states = {a.name for a in contract.tensors if a.written and a.name in arguments}
    for name in sorted(states - set(registered.writes)):
        message = "it is documented to be written, and the schema does not say so"
        yield Finding(name, message, "Tensor", "Tensor(a!)", kind=Kind.STRUCTURE, cause="written")
    for name in sorted(set(registered.writes) & set(names) - states):
        message = "it is documented to be read only, and the schema says that it is written"
        yield Finding(name, message, "Tensor(a!)", "Tensor", kind=Kind.STRUCTURE, cause="written")
    count = len(registered.schema.returns)
    owed = len(contract.returned)
    if count != owed and not (count == 1 and type_of_result(registered).startswith("List")):
        message = "the schema returns another number of results than is documented"
        yield Finding("results", message, str(count), str(owed), kind=Kind.STRUCTURE)


def type_of_result(registered: Registered) -> str:
    """The type of the first result, as torch writes it."""
    return str(registered.schema.returns[0].type)


def _never(argument: Any) -> bool:
    return isinstance(argument, TensorArgument) and argument.optional == "never"


def _typed(documented: Any, argument: Any) -> Iterator[Finding]:
    type_ = type_of(argument)
    if isinstance(documented, TensorArgument):
        wanted, fits = "Tensor", type_.base == "Tensor"
        if documented.optional is not None:
            wanted, fits = "Tensor?", fits and type_.optional
    elif isinstance(documented, SizeArgument):
        wanted, fits = "int", type_.base in ("int", "Scalar")
    elif isinstance(documented, FloatArgument):
        wanted, fits = "float", type_.base in ("float", "Scalar")
    else:
        wanted, fits = "", True
    yield from _default(documented, argument)
    if not fits:
        message = "the schema has another type"
        yield Finding(
            documented.name, message, str(argument.type), wanted, kind=Kind.STRUCTURE, cause="type"
        )


def _default(documented: Any, argument: Any) -> Iterator[Finding]:
    """A default that is another value than the one that is usual: a call without it means that."""
    if not isinstance(documented, ScalarArgument) or not argument.has_default_value():
        return
    usual = documented.value(documented.words[0])
    if argument.default_value != usual:
        message = "left out, it is another value than the documented one"
        got = repr(argument.default_value)
        yield Finding(documented.name, message, got, repr(usual), kind=Kind.VALUE, cause="default")


def _ways(examined: Examined, case: Case) -> Iterator[Finding]:
    operator, plain = examined.registered.overload, examined.build(case)
    expected, raised = called(examined, plain, operator)
    if raised or not examined.is_stable(case):
        return  # ``eager`` says what is wrong
    by_name = Call(examined.build(case).values, frozenset(plain.values))
    yield from _way(examined, "by name", by_name, expected)
    defaults = {
        a.name: a.default_value for a in examined.registered.arguments if a.has_default_value()
    }
    if not defaults:
        return
    expected, raised = called(examined, examined.build(case).with_values(**defaults), operator)
    if raised:
        return
    given = {n: v for n, v in examined.build(case).values.items() if n not in defaults}
    omitted = Call(given, examined.registered.keyword_only)
    yield from _way(examined, "without its defaults", omitted, expected)


def _way(examined: Examined, way: str, call: Call, expected: list[Any]) -> Iterator[Finding]:
    got, raised = called(examined, call, examined.registered.overload)
    if raised:
        yield Finding("call", f"it cannot be called {way}", raised, kind=Kind.RAISED, cause=way)
    elif len(got) != len(expected) or not all(map(same_bytes, got, expected)):
        message = f"called {way} it gives something else"
        yield Finding("call", message, kind=Kind.VALUE, cause=way)


CHECK = RegistrationCheck(
    "signature", "Can it be called as documented: by position, by name, without defaults?",
    _decide, once, nothing,
)  # fmt: skip
