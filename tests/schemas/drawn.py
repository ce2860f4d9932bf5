"""Schemas that are drawn, and what could become of them in a next release."""

from collections.abc import Callable
from dataclasses import replace
from random import Random

from conformance.schemas.schema import Argument, Result, Schema
from conformance.schemas.text import parse_schema, schema_text

TYPES = (
    *("Tensor", "Tensor", "Tensor", "Tensor?", "Tensor[]", "Tensor?[]", "int", "int", "int?"),
    *("float", "float?", "bool", "bool?", "str", "str?", "Scalar", "Scalar?", "int[]", "int[2]"),
    *("int[3]", "int[]?", "float[]", "bool[]", "ScalarType", "ScalarType?", "Device?", "Any"),
    *("MemoryFormat?", "complex", "Layout", "(int, Tensor)", "(Scalar, Tensor)", "Dict(str, int)"),
)
RESULTS = ("Tensor", "Tensor", "Tensor?", "Tensor[]", "Tensor?[]", "int", "Scalar", "ScalarType")
DEFAULTS = {
    "int": ("0", "1", "-1"),
    "float": ("0.0", "1e-05", "1.0"),
    "bool": ("True", "False"),
    "str": ('"a"', '"b"', '""'),
    "Scalar": ("1", "1.0", "2"),
    "int[]": ("[]", "[0, 1]"),
    "int[2]": ("[0, 0]", "[1, 1]"),
    "float[]": ("[]", "[1.0]"),
    "bool[]": ("[]",),
    "MemoryFormat": ("contiguous_format",),
    "ScalarType": ("6",),
}
NAMES = ("x", "y", "z", "k", "n", "w", "bias", "scale", "cache", "out", "dim", "size")


def draw(random: Random) -> Schema:
    """A schema that torch takes."""
    names = random.sample(NAMES, random.randint(0, 6))
    by_name = random.randint(0, len(names)) if random.random() < 0.5 else len(names)
    arguments = tuple(_argument(random, name, at >= by_name) for at, name in enumerate(names))
    overload = random.choice(("", "", "out", "int"))
    results, more = _results(random, arguments), random.random() < 0.05
    drawn = Schema("ns::op", arguments, results, overload, more_arguments=more)
    return canonical(drawn)


def change(random: Random, schema: Schema) -> Schema:
    """The schema after one to three changes, of which some may do nothing."""
    for _ in range(random.choice((1, 1, 1, 1, 2, 2, 3))):
        schema = canonical(random.choice(CHANGES)(random, schema))
    return schema


def canonical(schema: Schema) -> Schema:
    """With letters in the order of the arguments, as locks keep them."""
    by_name = sorted(schema.arguments, key=lambda argument: argument.keyword_only)
    return parse_schema(schema_text(replace(schema, arguments=tuple(by_name))))


def _argument(random: Random, name: str, keyword_only: bool) -> Argument:
    type_ = random.choice(TYPES)
    alias, writes = None, False
    if "Tensor" in type_ and "(" not in type_ and random.random() < 0.3:
        alias, writes = name[0], random.random() < 0.6
    default = _default(random, type_) if random.random() < 0.4 else None
    return Argument(name, type_, default, keyword_only, alias, writes)


def _default(random: Random, type_: str) -> str | None:
    if type_.endswith("?"):
        simple = type_[:-1] in DEFAULTS and not type_.endswith("]?")
        some = DEFAULTS[type_[:-1]] if simple else ()
        return random.choice(("None", *some)) if random.random() < 0.9 else "None"
    return random.choice(DEFAULTS[type_]) if type_ in DEFAULTS else None


def _results(random: Random, arguments: tuple[Argument, ...]) -> tuple[Result, ...]:
    count = random.choice((0, 1, 1, 1, 2, 3))
    named = random.random() < 0.3
    return tuple(_result(random, arguments, f"r{at}" * named) for at in range(count))


def _result(random: Random, arguments: tuple[Argument, ...], name: str) -> Result:
    shared = [each for each in arguments if each.alias and each.type == "Tensor"]
    if shared and random.random() < 0.4:
        one = random.choice(shared)
        return Result("Tensor", name, one.alias, one.writes)
    return Result(random.choice(RESULTS), name)


_OTHER_RESULTS = {
    "Tensor?[]": "Tensor[]",
    "Tensor[]": "Tensor?[]",
    "int": "ScalarType",
    "ScalarType": "int",
}
"""What torch compares otherwise than the rules."""

Changes = Callable[[Random, Schema], Schema]


def _one(change_one: Callable[[Random, Argument, Schema], Argument]) -> Changes:
    def changed(random: Random, schema: Schema) -> Schema:
        if not schema.arguments:
            return schema
        at = random.randrange(len(schema.arguments))
        arguments = list(schema.arguments)
        arguments[at] = change_one(random, arguments[at], schema)
        return replace(schema, arguments=tuple(arguments))

    return changed


def _renamed(random: Random, argument: Argument, schema: Schema) -> Argument:
    return replace(argument, name=_free_name(random, schema))


def _retyped(random: Random, argument: Argument, schema: Schema) -> Argument:
    type_ = random.choice((*TYPES, f"{argument.type}?", argument.type.rstrip("?")))
    type_ = type_.replace("??", "?")
    keeps = "Tensor" in type_ and "(" not in type_
    default = argument.default
    if default is not None and (random.random() < 0.5 or default not in DEFAULTS.get(type_, ())):
        default = _default(random, type_)
    alias = argument.alias if keeps else None
    return replace(
        argument, type=type_, default=default, alias=alias, writes=argument.writes and keeps
    )


def _redefaulted(random: Random, argument: Argument, schema: Schema) -> Argument:
    default = None if random.random() < 0.3 else _default(random, argument.type)
    return replace(argument, default=default)


def _by_name(random: Random, argument: Argument, schema: Schema) -> Argument:
    return replace(argument, keyword_only=not argument.keyword_only)


def _written(random: Random, argument: Argument, schema: Schema) -> Argument:
    if "Tensor" not in argument.type or "(" in argument.type:
        return argument
    writes = not argument.writes
    alias = argument.alias or "new" if writes or random.random() < 0.4 else None
    return replace(argument, writes=writes, alias=alias)


def _shared(random: Random, argument: Argument, schema: Schema) -> Argument:
    if "Tensor" not in argument.type or "(" in argument.type or argument.writes:
        return argument
    others = [each.alias for each in schema.arguments if each.alias]
    return replace(argument, alias=random.choice((None, "new", "*", *others)))


def _removed(random: Random, schema: Schema) -> Schema:
    arguments = list(schema.arguments)
    if arguments:
        arguments.pop(random.randrange(len(arguments)))
    return replace(schema, arguments=tuple(arguments))


def _added(random: Random, schema: Schema) -> Schema:
    arguments = list(schema.arguments)
    new = _argument(random, _free_name(random, schema), random.random() < 0.4)
    at = len(arguments) if random.random() < 0.5 else random.randint(0, len(arguments))
    arguments.insert(at, new)
    return replace(schema, arguments=tuple(arguments))


def _swapped(random: Random, schema: Schema) -> Schema:
    arguments = list(schema.arguments)
    random.shuffle(arguments)
    return replace(schema, arguments=tuple(arguments))


def _other_results(random: Random, schema: Schema) -> Schema:
    results = list(schema.results)
    if random.random() < 0.3 or not results:
        return replace(schema, results=_results(random, schema.arguments))
    at = random.randrange(len(results))
    one = results[at]
    results[at] = random.choice(
        (
            replace(one, name=f"other{at}" if one.name else ""),
            _result(random, schema.arguments, one.name),
            replace(one, type=random.choice((f"{one.type}?".replace("??", "?"), "Scalar", "int"))),
            replace(one, type=one.type.rstrip("?")),
            replace(one, type=_OTHER_RESULTS.get(one.type, one.type)),
        )
    )
    if random.random() < 0.2:
        random.shuffle(results)
    return replace(schema, results=tuple(results))


def _other_name(random: Random, schema: Schema) -> Schema:
    if random.random() < 0.5:
        return replace(schema, name="ns::other")
    return replace(schema, overload=random.choice(("", "out", "other")))


def _open_ended(random: Random, schema: Schema) -> Schema:
    if random.random() < 0.5:
        return replace(schema, more_results=not schema.more_results)
    return replace(schema, more_arguments=not schema.more_arguments)


def _free_name(random: Random, schema: Schema) -> str:
    used = {argument.name for argument in schema.arguments}
    return random.choice([name for name in NAMES if name not in used])


CHANGES: tuple[Changes, ...] = (
    *(_one(each) for each in (_renamed, _retyped, _retyped, _redefaulted, _redefaulted)),
    *(_one(each) for each in (_by_name, _written, _shared)),
    *(_removed, _added, _added, _added, _swapped, _other_results, _other_results),
    *(_other_name, _open_ended),
)
