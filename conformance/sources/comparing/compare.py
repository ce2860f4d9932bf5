"""Calls against schemas, launches against kernels, fakes against what they stand in for."""

from collections.abc import Iterator, Sequence

from conformance.sources.calls.site import Calls, CallSite, Launch
from conformance.sources.comparing.finding import Cause, SourceFinding, source_finding
from conformance.sources.comparing.vocabulary import NONE, Vocabulary
from conformance.sources.reading.schema import OperatorSchema, Parameter
from conformance.sources.values.arguments import Argument, bind

LAUNCH_OPTIONS = frozenset({"grid", "num_warps", "num_stages", "num_ctas", "maxnreg"})


def compare_call(
    site: CallSite, schema: OperatorSchema, vocabulary: Vocabulary
) -> list[SourceFinding]:
    """What a call gives, parameter by parameter, against what the schema of its operator takes."""
    return list(_compare(site, site.arguments, site.operator, schema.parameters, vocabulary))


def compare_launch(launch: Launch, vocabulary: Vocabulary) -> list[SourceFinding]:
    """What a launch gives, parameter by parameter, against the parameters of the kernel."""
    kernel = launch.kernel
    names = {parameter.name for parameter in kernel.parameters}
    options = (LAUNCH_OPTIONS | vocabulary.options) - names
    arguments = [argument for argument in launch.arguments if argument.name not in options]
    return list(_compare(launch, arguments, kernel.name, kernel.parameters, vocabulary))


def unknown_meanings(site: CallSite, vocabulary: Vocabulary) -> list[SourceFinding]:
    """The arguments of unknown meaning, for a call whose schema is not known."""
    found = []
    for argument in site.arguments:
        for text, meaning, _ in vocabulary.meanings(argument.value, site.assumptions):
            if meaning is None:
                found.append(_unknown(site, site.operator, "?", argument, text))
    return found


def _compare(
    site: CallSite,
    arguments: Sequence[Argument],
    name: str,
    parameters: Sequence[Parameter],
    vocabulary: Vocabulary,
) -> Iterator[SourceFinding]:
    bound = bind(parameters, arguments)
    for parameter in bound.missing:
        message = f"nothing is given for {parameter.name}"
        about = f"{name}: {parameter.name}"
        yield source_finding(
            Cause.MISSING,
            about,
            message,
            wanted=str(parameter),
            where=site.where,
            condition=site.condition,
        )
    for argument in (*bound.extra, *bound.twice):
        takes = ", ".join(parameter.name for parameter in parameters)
        text = f"{argument.name}={argument.text}" if argument.name else argument.text
        yield source_finding(
            Cause.EXTRA,
            name,
            f"no parameter takes {text}",
            text,
            takes,
            where=site.where,
            condition=site.condition,
        )
    for parameter, argument in bound.pairs:
        yield from _meaning(site, name, parameter, argument, vocabulary)


def _meaning(
    site: CallSite, name: str, parameter: Parameter, argument: Argument, vocabulary: Vocabulary
) -> Iterator[SourceFinding]:
    wanted = vocabulary.roles(name, parameter.name)
    if wanted is None:
        message = f"the parameter {parameter.name} has no known meaning"
        about = f"{name}: {parameter.name}"
        yield source_finding(Cause.UNKNOWN, about, message, argument.text, where=site.where)
        return
    optional = parameter.default == "None" or "None" in parameter.type or "?" in parameter.type
    for text, meaning, assumptions in vocabulary.meanings(argument.value, site.assumptions):
        if meaning is None:
            yield _unknown(site, name, parameter.name, argument, text)
        elif meaning not in wanted and not (meaning == NONE and optional):
            yield source_finding(
                Cause.WRONG,
                f"{name}: {parameter.name}",
                f"{parameter.name} gets {meaning}",
                _shown(argument, text),
                " or ".join(sorted(wanted)),
                where=site.where,
                condition=" and ".join(assumptions.texts()) or "always",
            )


def _unknown(
    site: CallSite, name: str, parameter: str, argument: Argument, text: str
) -> SourceFinding:
    return source_finding(
        Cause.UNKNOWN,
        f"{name}: {parameter}",
        "the meaning of the argument is not known",
        _shown(argument, text),
        where=site.where,
        condition=site.condition,
    )


def _shown(argument: Argument, text: str) -> str:
    text = text if len(text) <= 120 else text[:119] + "…"
    return argument.text if text == argument.text else f"{argument.text}, which is {text}"


def compare_fake(real: OperatorSchema, fake: OperatorSchema) -> list[SourceFinding]:
    """Parameters, order, types, defaults and results of a fake against the real one's."""
    found = []
    pairs = (
        ("parameters", _listed(real.parameters), _listed(fake.parameters)),
        ("result", real.returns, fake.returns),
    )
    for what, wanted, got in pairs:
        if wanted != got:
            message = f"the fake has other {what}" if what == "parameters" else "other result type"
            about, where = f"{real.name}: {what}", f"{fake.place}, real at {real.place}"
            found.append(source_finding(Cause.FAKE, about, message, got, wanted, where=where))
    return found


def _listed(parameters: Sequence[Parameter]) -> str:
    return ", ".join(
        f"{p} ({p.kind})" if p.kind != "positional or keyword" else str(p) for p in parameters
    )


def problems(calls: Calls) -> list[SourceFinding]:
    """What was not resolved, and names that are called without having been assigned."""
    return [
        source_finding(
            Cause.UNBOUND if problem.unbound else Cause.NOT_RESOLVED,
            problem.text,
            f"{problem.text} is {problem.reason}" if problem.unbound else problem.reason,
            where=problem.place,
            condition=problem.condition,
        )
        for problem in calls.not_resolved
    ]
