"""A lock out of a text that somebody may have written by hand, or damaged."""

import json
from collections.abc import Callable
from typing import Any, TypeVar

from conformance.policy.reading import parse_json
from conformance.schemas.lock import Lock, LockedFunction, LockedKernel, LockedOperator, Switch
from conformance.schemas.lock_text import FORM
from conformance.schemas.parameters import parse_parameters
from conformance.schemas.schema import FakeResult
from conformance.schemas.text import parse_schema

T = TypeVar("T")


class LockDamaged(ValueError):
    """A text that is no lock: the place in it, and what is wrong there."""


def parse_lock(text: str) -> Lock:
    """The lock that a text says. Raises :class:`LockDamaged`."""
    try:
        data = parse_json(text)
    except json.JSONDecodeError as error:
        raise LockDamaged(f"line {error.lineno}, column {error.colno}: {error.msg}") from error
    except ValueError as error:
        raise LockDamaged(str(error)) from error
    top = _Place("", data)
    if top.entry("lock", int) != FORM:
        raise LockDamaged(f"lock: this release reads form {FORM}, not {top.entry('lock', int)}")
    lock = Lock(
        top.entry("namespace", str),
        top.named("operators", _operator),
        top.named("kernels", _kernel),
        top.named("functions", _function),
        top.named("switches", lambda name, place: Switch(name, place.text_or_none())),
    )
    top.end()
    return lock


class _Place:
    """A value in the lock, and the path to it."""

    def __init__(self, path: str, value: Any) -> None:
        self._path = path
        self._value = value
        self._seen: set[str] = set()

    def wrong(self, what: str) -> LockDamaged:
        return LockDamaged(f"{self._path}: {what}" if self._path else what)

    def within(self, name: str) -> str:
        part = name if name.isidentifier() else json.dumps(name, ensure_ascii=False)
        return f"{self._path}.{part}" if self._path else part

    def entry(self, name: str, type_: type[T], default: T | None = None) -> T:
        """The value of a key, of this type; without a default it must be there."""
        value = self.object().get(name, default)
        self._seen.add(name)
        if value is None:
            raise self.wrong(f"{name!r} is missing")
        if not isinstance(value, type_) or isinstance(value, bool):
            raise _Place(self.within(name), value).wrong(f"{_WORDS[type_]} expected")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts; empty if it is not there."""
        values: list[Any] = self.entry(name, list, [])
        for number, value in enumerate(values):
            if not isinstance(value, str):
                raise LockDamaged(f"{self.within(name)}[{number}]: a text expected")
        return tuple(values)

    def has(self, name: str) -> bool:
        return name in self.object()

    def object(self) -> dict[str, Any]:
        if not isinstance(self._value, dict):
            raise self.wrong("an object expected")
        return self._value

    def text_or_none(self) -> str | None:
        if self._value is None or isinstance(self._value, str):
            return self._value
        raise self.wrong("a text or null expected")

    def each(self, name: str) -> list["_Place"]:
        values: list[Any] = self.entry(name, list)
        return [_Place(f"{self.within(name)}[{n}]", value) for n, value in enumerate(values)]

    def named(self, name: str, make: Callable[[str, "_Place"], T]) -> tuple[T, ...]:
        """What the objects below a key say, sorted by their names."""
        found: dict[str, Any] = self.entry(name, dict, {})
        place = _Place(self.within(name), found)
        made = []
        for key, value in sorted(found.items()):
            inner = _Place(place.within(key), value)
            try:
                made.append(make(key, inner))
            except LockDamaged:
                raise
            except ValueError as error:
                raise inner.wrong(str(error)) from error
        return tuple(made)

    def end(self) -> None:
        """Raise for a key that nobody asked for."""
        for name in self.object():
            if name not in self._seen:
                known = ", ".join(sorted(self._seen))
                raise self.wrong(f"{name[:60]!r} is no key of a lock here; known: {known}")


_WORDS: dict[type, str] = {str: "a text", int: "a whole number", list: "a list", dict: "an object"}


def _operator(name: str, place: _Place) -> LockedOperator:
    schema = parse_schema(place.entry("schema", str))
    if schema.full_name != name:
        raise place.wrong(f"the schema is that of {schema.full_name}")
    fake = tuple(map(_fake, place.each("fake"))) if place.has("fake") else None
    found = LockedOperator(
        schema,
        tuple(sorted(place.texts("tags"))),
        fake,
        place.entry("registered", str, ""),
        tuple(sorted(place.texts("keys"))),
        place.entry("body", str, ""),
    )
    place.end()
    return found


def _fake(place: _Place) -> FakeResult:
    found = FakeResult(
        place.texts("shape") if place.has("shape") else None,
        place.entry("dtype", str) if place.has("dtype") else None,
        place.entry("strides", str) if place.has("strides") else None,
    )
    place.end()
    return found


def _kernel(name: str, place: _Place) -> LockedKernel:
    parameters = parse_parameters(place.texts("parameters"))
    constexprs = tuple(sorted(place.texts("constexprs")))
    found = LockedKernel(name, parameters, constexprs, place.entry("body", str, ""))
    place.end()
    return found


def _function(name: str, place: _Place) -> LockedFunction:
    parameters = parse_parameters(place.texts("parameters"))
    returns, body = place.entry("returns", str, ""), place.entry("body", str, "")
    place.end()
    return LockedFunction(name, parameters, returns, body)
