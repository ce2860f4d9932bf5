"""What the functions of ``torch.library`` do, seen from their arguments."""

from collections.abc import Sequence
from typing import Any

from conformance.sources.registered.evaluation import registering
from conformance.sources.registered.evaluation.asked import Call
from conformance.sources.registered.inferring.infer import CannotInfer, infer_schema
from conformance.sources.registered.protocols import Following
from conformance.sources.registered.values import (
    Decorator,
    FunctionValue,
    LibraryValue,
    Method,
    OperatorValue,
    Outside,
    Scope,
    Unknown,
    Value,
)

NOT_MINE = object()
"""A call of something else."""

_OPERATORS = {
    "torch.library.custom_op": False,
    "torch._library.custom_ops.custom_op": False,
    "torch.library.triton_op": True,
    "torch._library.triton.triton_op": True,
}
_FAKES = {
    "torch.library.register_fake",
    "torch.library.impl_abstract",
    "torch._library.triton.register_fake",
    "torch._custom_ops.impl_abstract",
}
_LIBRARIES = {"torch.library.Library", "torch.library._scoped_library"}
_INFER = {
    "torch.library.infer_schema",
    "torch._library.infer_schema.infer_schema",
    "torch._custom_op.impl.infer_schema",
}
PLAIN = {"torch.library.wrap_triton", "torch._library.triton.wrap_triton"}


def call(
    following: Following,
    callee: Value,
    arguments: Sequence[Value],
    keywords: dict[str, Value],
    place: str,
    scope: Scope,
) -> Any:
    """The value of a call of torch.library; `NOT_MINE` for every other call."""
    asked = Call(following, arguments, keywords, place, scope)
    if isinstance(callee, Method):
        owner = callee.owner
        if isinstance(owner, LibraryValue):
            return _of_library(asked, owner, callee.name)
        if isinstance(owner, OperatorValue):
            return _of_operator(asked, owner, callee.name)
        return NOT_MINE
    if isinstance(callee, OperatorValue):
        return Unknown(callee.name)
    if not isinstance(callee, Outside):
        return NOT_MINE
    name = callee.dotted
    if name in _OPERATORS:
        return _operator(asked, _OPERATORS[name])
    if name in _FAKES:
        return registering.fake(asked, asked.get(0, "op", "qualname"), asked.get(1, "func"))
    if name in _LIBRARIES:
        return _library(asked)
    if name in _INFER:
        mutates = asked.get(1, "mutates_args", default=())
        return infer(asked, asked.get(0, "prototype_function"), mutates, asked.get(None, "op_name"))
    if name == "torch.library.define":
        return _define(asked)
    if name == "torch.library.impl":
        return _impl(asked)
    if name == "torch.library.register_kernel":
        return registering.kernel(
            asked, asked.get(0, "op"), asked.get(1, "device_types"), asked.get(2, "func")
        )
    if name in PLAIN:
        return asked.get(0)
    return NOT_MINE


def infer(asked: Call, function: Value, mutates: Value, name: Value = None) -> Value:
    """The text of the schema of a function; unknown, and told, where it cannot be inferred."""
    if not isinstance(function, FunctionValue):
        text = "its schema is that of a function which only running the code tells"
        return Unknown(text, text)
    try:
        text = infer_schema(asked.following.evaluation, function, mutates)
    except CannotInfer as error:
        return Unknown(f"{function.name}: {error}", f"{function.name}: {error}")
    return f"{name}{text}" if isinstance(name, str) else text


def _library(asked: Call) -> Value:
    namespace, kind = asked.get(0, "ns"), asked.get(1, "kind")
    key = asked.get(2, "dispatch_key", default="")
    if not isinstance(namespace, str):
        return Unknown("a library whose namespace is no constant")
    kind, key = (value if isinstance(value, str) else "" for value in (kind, key))
    return LibraryValue(namespace, kind, key)


def _operator(asked: Call, is_triton: bool) -> Value:
    name, mutates = asked.get(0, "name"), asked.get(None, "mutates_args")
    given, tags = asked.get(None, "schema"), asked.get(None, "tags")
    devices = None if is_triton else asked.get(None, "device_types")

    def register(function: Value) -> Value:
        if not isinstance(name, str):
            asked.give_up("the name of an operator that is no constant")
            return Unknown("operator")
        text = given if given is not None else infer(asked, function, mutates)
        made = ["pt2_compliant_tag", *registering.tag_names(tags)]
        if isinstance(text, str):
            asked.following.found.define(name, f"{name}{text.lstrip()}", asked.place, made)
        else:
            asked.give_up(f"{name}: {registering.why(text)}", name.partition("::")[0])
        registering.implement(asked, name, devices, function)
        return OperatorValue(name, function)

    return asked.decorating(asked.get(1, "fn"), register)


def _define(asked: Call) -> Value:
    first, schema = asked.get(0, "qualname", "lib"), asked.get(1, "schema")
    tags = asked.get(None, "tags")
    if isinstance(first, LibraryValue):
        name = registering.define(asked, first.namespace, schema, tags)
        return Decorator(
            lambda function: registering.implement(asked, name, None, function) or function
        )
    if not isinstance(first, str) or not isinstance(schema, str):
        asked.give_up("torch.library.define with a name or schema that is no constant")
        return None
    namespace, _, name = first.partition("::")
    registering.define(asked, namespace, f"{name}{schema}", tags)
    return None


def _impl(asked: Call) -> Value:
    first = asked.get(0, "qualname", "lib")
    if isinstance(first, LibraryValue):
        name = registering.qualified(asked.get(1, "name", "op_name"), first.namespace)
        key = asked.get(2, "dispatch_key", default="") or first.key or "CompositeImplicitAutograd"
        return Decorator(lambda function: registering.implement(asked, name, key, function))
    types = asked.get(1, "types")
    return asked.decorating(
        asked.get(2, "func"),
        lambda function: registering.implement(
            asked, registering.qualified(first), types, function
        ),
    )


def _of_library(asked: Call, library: LibraryValue, method: str) -> Value:
    if method == "define":
        registering.define(
            asked, library.namespace, asked.get(0, "schema"), asked.get(None, "tags")
        )
    elif method == "impl":
        name = registering.qualified(asked.get(0, "op_name", "name"), library.namespace)
        key = asked.get(2, "dispatch_key", default="") or library.key
        registering.implement(asked, name, key or "CompositeImplicitAutograd", asked.get(1, "fn"))
    elif method == "_register_fake":
        name = registering.qualified(asked.get(0, "op_name"), library.namespace)
        registering.fake(asked, name, asked.get(1, "fn"))
    return None


def _of_operator(asked: Call, operator: OperatorValue, method: str) -> Value:
    if method == "register_fake":
        return registering.fake(asked, operator.name, asked.get(0, "fn"))
    if method == "register_kernel":
        devices = asked.get(0, "device_types")
        return registering.kernel(asked, operator.name, devices, asked.get(1, "fn"))
    return Unknown(method)
