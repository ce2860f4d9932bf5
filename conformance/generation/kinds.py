"""Kinds of engines by name."""

from importlib.metadata import entry_points
from typing import cast

from conformance.catalogue.objects import SubjectNotFound, load_object
from conformance.generation.kind import EngineKind
from conformance.policy.nearest import did_you_mean

GROUP = "conformance.engines"
"""An entry point names an object that is an :class:`EngineKind`."""


def kind_named(text: str) -> EngineKind:
    """What ``NAME`` of an entry point, ``module:NAME`` or ``FILE.py:NAME`` names.

    A dash in the name of an entry point counts as an underscore. Raises :class:`SubjectNotFound`
    for what is not there, and :class:`~conformance.catalogue.objects.SubjectBroken`.
    """
    if ":" in text:
        return cast(EngineKind, load_object(text))
    points = {point.name: point for point in entry_points(group=GROUP)}
    point = points.get(text.replace("-", "_"))
    if point is None:
        known = ", ".join(sorted(points)) or "none installed"
        raise SubjectNotFound(f"no engine {text!r}; known: {known}{did_you_mean(text, points)}")
    return cast(EngineKind, load_object(point.value))
