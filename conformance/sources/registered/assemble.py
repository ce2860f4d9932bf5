"""Locks out of what was found."""

from collections.abc import Iterable

from conformance.schemas.lock import Lock, LockedOperator
from conformance.schemas.schema import Schema
from conformance.schemas.text import parse_schema
from conformance.sources.registered.evaluation.expressions import Evaluation
from conformance.sources.registered.fakes import results_of_fake
from conformance.sources.registered.found import Definition, Found
from conformance.sources.registered.hashes import body_hash
from conformance.sources.registered.tree import Tree
from conformance.sources.registered.values import FunctionValue


def operators_of(
    found: Found, evaluation: Evaluation, tree: Tree
) -> dict[str, list[LockedOperator]]:
    """The operators by namespace, sorted by name. What differs from file to file is told."""
    parsed: dict[str, list[tuple[Definition, Schema]]] = {}
    for definition in found.definitions.values():
        try:
            schema = parse_schema(definition.text)
        except ValueError as error:
            found.give_up(definition.place, f"{definition.name}: {error}")
            continue
        parsed.setdefault(schema.full_name, []).append((definition, schema))
    operators: dict[str, list[LockedOperator]] = {}
    for name in sorted(parsed):
        (definition, schema), *others = sorted(parsed[name], key=_first)
        told: list[Schema] = [schema]
        for other, different in others:
            if different not in told:
                told.append(different)
                when = f" if {other.condition}" if other.condition else ""
                namespace = schema.name.partition("::")[0]
                found.give_up(other.place, f"also defined{when}: {other.text}", namespace)
        operator = _operator(name, definition, schema, found, evaluation, tree)
        operators.setdefault(schema.name.partition("::")[0], []).append(operator)
    return operators


def _first(pair: tuple[Definition, Schema]) -> tuple[int, bool, str]:
    """Files nearer to the root, and what nothing guards, come first."""
    definition = pair[0]
    path = definition.place.rpartition(":")[0]
    return path.count("/"), bool(definition.condition), definition.place


def _operator(
    name: str,
    definition: Definition,
    schema: Schema,
    found: Found,
    evaluation: Evaluation,
    tree: Tree,
) -> LockedOperator:
    kernels = [kernel for kernel in found.kernels.values() if kernel.name == name]
    keys = sorted({kernel.key for kernel in kernels if kernel.key})
    functions = [kernel.function for kernel in kernels]
    real = next((f for f in functions if isinstance(f, FunctionValue)), None)
    body = "" if real is None else body_hash(tree, real.source.path, real.node)
    fakes = [fake.function for fake in found.fakes.values() if fake.name == name]
    fake = next((f for f in reversed(fakes) if isinstance(f, FunctionValue)), None)
    return LockedOperator(
        schema,
        definition.tags,
        results_of_fake(evaluation, fake, schema) if fake else None,
        definition.place.rpartition(":")[0],
        tuple(keys),
        body,
    )


def locks_of(
    package: str, operators: dict[str, list[LockedOperator]], found: Found, more: Iterable[str]
) -> dict[str, Lock]:
    """A lock for each namespace; one of the package itself for what belongs to none."""
    spaces = {*operators, *filter(None, found.unresolved.values()), package}
    texts: dict[str, list[str]] = {space: [] for space in spaces}
    for text, space in found.unresolved.items():
        texts[space or package].append(text)
    texts[package] += more
    return {
        space: Lock(
            space,
            tuple(operators.get(space, ())),
            unresolved=tuple(sorted(set(texts[space]))),
        )
        for space in sorted(spaces)
    }
