"""What is kept of a registration: names and keys in the form of PyTorch, and what is not known."""

from conformance.sources.registered.evaluation.asked import Call
from conformance.sources.registered.values import (
    Alternatives,
    OperatorValue,
    Outside,
    Unknown,
    Value,
)

_KEYS = {
    "cpu": "CPU",
    "cuda": "CUDA",
    "default": "CompositeExplicitAutograd",
    "hip": "HIP",
    "hpu": "HPU",
    "ipu": "IPU",
    "lazy": "Lazy",
    "meta": "Meta",
    "mps": "MPS",
    "mtia": "MTIA",
    "privateuseone": "PrivateUse1",
    "xla": "XLA",
    "xpu": "XPU",
}


def define(asked: Call, namespace: str, text: Value, tags: Value) -> Value:
    """Keep a definition; its name."""
    texts = text.values if isinstance(text, Alternatives) else (text,)
    name: Value = Unknown("operator")
    for each in texts:
        if not isinstance(each, str):
            asked.give_up(f"{namespace}: {why(each)}", namespace)
            continue
        plain = each.strip()
        full = plain if "::" in plain.partition("(")[0] else f"{namespace}::{plain}"
        name = full.partition("(")[0].strip()
        if "(" not in full:
            asked.give_up(f"{name}: it is defined without a schema", namespace)
            continue
        asked.following.found.define(name, full, asked.place, tag_names(tags))
    return name


def implement(asked: Call, name: Value, types: Value, function: Value) -> Value:
    """Keep the kernel of an operator for dispatch keys or device types; the function."""
    names = [each for each in _each(name) if isinstance(each, str)]
    if not names:
        asked.give_up("a kernel of an operator whose name is no constant")
    for key in keys(types):
        if not isinstance(key, str):
            asked.following.found.give_up(asked.inner, "a dispatch key that is no constant")
            key = ""
        for each in names:
            asked.following.found.implement(each, key, asked.place, function)
            if key == "Meta":
                asked.following.found.fake(each, asked.place, function)
    return function


def kernel(asked: Call, operator: Value, devices: Value, function: Value) -> Value:
    """``register_kernel``, called or as a decorator."""
    name = qualified(operator)
    return asked.decorating(function, lambda given: implement(asked, name, devices, given))


def fake(asked: Call, operator: Value, function: Value) -> Value:
    """``register_fake``, called or as a decorator."""
    name = qualified(operator)

    def register(given: Value) -> Value:
        names = [each for each in _each(name) if isinstance(each, str)]
        if not names:
            asked.give_up("a fake kernel of an operator whose name is no constant")
        for each in names:
            asked.following.found.fake(each, asked.place, given)
        return given

    return asked.decorating(function, register)


def qualified(operator: Value, namespace: str = "") -> Value:
    """``namespace::operator`` of whatever names an operator."""
    if isinstance(operator, OperatorValue):
        return operator.name
    if isinstance(operator, Alternatives):
        return Alternatives(tuple(qualified(each, namespace) for each in operator.values))
    if isinstance(operator, Outside) and operator.dotted.startswith("torch.ops."):
        parts = operator.dotted.split(".")[2:]
        overload = parts[2] if len(parts) > 2 and parts[2] != "default" else ""
        name = "::".join(parts[:2])
        return f"{name}.{overload}" if overload else name
    if isinstance(operator, str):
        name = operator.removesuffix(".default")
        return name if "::" in name or not namespace else f"{namespace}::{name}"
    return Unknown("operator")


def keys(types: Value) -> list[Value]:
    """Dispatch keys of device types, or of what is one already."""
    if types is None:
        return ["CompositeExplicitAutograd"]
    if isinstance(types, list | tuple):
        return [key for each in types for key in keys(each)]
    return [_KEYS.get(types, types) if isinstance(types, str) else types]


def tag_names(tags: Value) -> list[str]:
    """The names of tags such as ``torch.Tag.pointwise``."""
    given = tags if isinstance(tags, list | tuple) else [tags]
    return [tag.dotted.rpartition(".")[2] for tag in given if isinstance(tag, Outside)]


def why(value: Value) -> str:
    """Why a schema is not known."""
    if isinstance(value, Unknown):
        return value.text
    return "its schema is no constant"


def _each(value: Value) -> tuple[Value, ...]:
    return value.values if isinstance(value, Alternatives) else (value,)
