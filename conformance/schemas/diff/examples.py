"""The examples of rules, as locks."""

import json

from conformance.schemas.diff.rule import Pair
from conformance.schemas.lock import Lock, LockedOperator
from conformance.schemas.lock_reading import parse_lock
from conformance.schemas.text import parse_schema


def locks_of(pair: Pair) -> tuple[Lock, Lock]:
    """The locks before and after."""
    return _lock(pair.before), _lock(pair.after)


def _lock(text: str) -> Lock:
    if text.startswith("{"):
        return parse_lock(json.dumps({"lock": 1, "namespace": "ns", **json.loads(text)}))
    schemas = [parse_schema(line) for line in text.splitlines() if line]
    return Lock("ns", tuple(LockedOperator(schema) for schema in schemas))
