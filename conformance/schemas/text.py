"""Schemas as PyTorch writes them: ``ns::op.overload(Tensor(a!) x, *, int k=1) -> Tensor``.

Everything that PyTorch prints, or takes as the text of a schema, is read. What is written is one
form of it: ``int`` for ``SymInt``, letters of memory in the order of the arguments, values of
defaults as Python prints them. The grammar is that of
torch/csrc/jit/frontend/function_schema_parser.cpp.
"""

from conformance.schemas.defaults import read_default
from conformance.schemas.memory import Letters, alias_text, annotated
from conformance.schemas.scanner import Scanner
from conformance.schemas.schema import Argument, Result, Schema
from conformance.schemas.types import read_type


def parse_schema(text: str) -> Schema:
    """The schema that a text says.

    Raises :class:`conformance.schemas.scanner.SchemaTextError`, a ``ValueError`` with the character
    at which the text is wrong.
    """
    scanner = Scanner(text.partition("#")[0] if '"' not in text and "'" not in text else text)
    name = scanner.word("the name of an operator")
    if scanner.accept("::"):
        name += f"::{scanner.word('the name of an operator behind the namespace')}"
    overload = scanner.word("the name of an overload") if scanner.accept(".") else ""
    if overload == "default":
        raise scanner.error("an overload that is not named 'default' expected before this")
    letters = Letters()
    arguments, more_arguments = _arguments(scanner, letters)
    scanner.expect("->")
    results, more_results = _results(scanner, letters)
    if scanner.kind != "end":
        raise scanner.error("the end expected")
    return Schema(name, arguments, results, overload, more_arguments, more_results)


def schema_text(schema: Schema) -> str:
    """The text of a schema. :func:`parse_schema` gives the same schema for it."""
    arguments: list[str] = []
    for argument in schema.arguments:
        if argument.keyword_only and "*" not in arguments:
            arguments.append("*")
        arguments.append(argument_text(argument))
    arguments += ["..."] if schema.more_arguments else []
    results = [result_text(result) for result in schema.results]
    results += ["..."] if schema.more_results else []
    single = len(results) == 1 and not results[0].startswith("(")
    shown = results[0] if single else f"({', '.join(results)})"
    return f"{schema.full_name}({', '.join(arguments)}) -> {shown}"


def argument_text(argument: Argument) -> str:
    """``Tensor(a!) cache``, ``int k=1``."""
    shown = f"{annotated(argument.type, argument.alias, argument.writes)} {argument.name}"
    return shown if argument.default is None else f"{shown}={argument.default}"


def result_text(result: Result) -> str:
    """``Tensor(a!) values``, ``Tensor``."""
    return f"{annotated(result.type, result.alias, result.writes)} {result.name}".rstrip()


def _arguments(scanner: Scanner, letters: Letters) -> tuple[tuple[Argument, ...], bool]:
    scanner.expect("(")
    arguments: list[Argument] = []
    keyword_only, more, first = False, False, True
    while not scanner.accept(")"):
        if not first:
            scanner.expect(",")
        first = False
        if scanner.accept("..."):
            more = True
        elif scanner.accept("*"):
            keyword_only = True
        elif more:
            raise scanner.error("')' expected behind '...'")
        else:
            arguments.append(_argument(scanner, letters, keyword_only))
    return tuple(arguments), more


def _argument(scanner: Scanner, letters: Letters, keyword_only: bool) -> Argument:
    type_, annotations = read_type(scanner)
    alias, writes = alias_text(letters.annotations(annotations))
    name = scanner.word("the name of an argument")
    default = read_default(scanner, type_) if scanner.accept("=") else None
    return Argument(name, type_, default, keyword_only, alias, writes)


def _results(scanner: Scanner, letters: Letters) -> tuple[tuple[Result, ...], bool]:
    if scanner.accept("..."):
        return (), True
    if not scanner.accept("("):
        return (_result(scanner, letters),), False
    results: list[Result] = []
    more = False
    while not scanner.accept(")"):
        if results or more:
            scanner.expect(",")
        if scanner.accept("..."):
            more = True
        else:
            results.append(_result(scanner, letters))
    return tuple(results), more


def _result(scanner: Scanner, letters: Letters) -> Result:
    type_, annotations = read_type(scanner)
    alias, writes = alias_text(letters.annotations(annotations))
    name = scanner.take() if scanner.kind == "word" else ""
    return Result(type_, name, alias, writes)
