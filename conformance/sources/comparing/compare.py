"""Compares what calls and launches pass with what operators and kernels take."""

from collections.abc import Iterator, Sequence

from conformance.sources.calls.site import CallSite, LaunchSite
from conformance.sources.comparing.finding import Cause, SourceFinding, source_finding
from conformance.sources.comparing.vocabulary import NONE, Vocabulary
from conformance.sources.reading.schema import OperatorSchema, Parameter
from conformance.sources.values.arguments import Argument, bind

LAUNCH_OPTIONS = frozenset({"grid", "num_warps", "num_stages", "num_ctas", "maxnreg"})


def compare_call(
    site: CallSite, schema: OperatorSchema, vocabulary: Vocabulary
) -> list[SourceFinding]:
    """What does not fit between the arguments of a call and the parameters of its operator."""
    return list(_compare(site, site.arguments, site.operator, schema.parameters, vocabulary))


def compare_launch(launch: LaunchSite, vocabulary: Vocabulary) -> list[SourceFinding]:
    """What does not fit between the arguments of a launch and the parameters of its kernel."""
    kernel = launch.kernel
    names = {parameter.name for parameter in kernel.parameters}
    options = (LAUNCH_OPTIONS | vocabulary.options) - names
    arguments = [argument for argument in launch.arguments if argument.name not in options]
    return list(_compare(launch, arguments, kernel.name, kernel.parameters, vocabulary))


def unknown_meanings(site: CallSite, vocabulary: Vocabulary) -> list[SourceFinding]:
    """The arguments whose meaning is unknown, of a call whose operator has no known schema."""
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
    for argument in (*bound.extra, *bound.repeated):
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
                condition=assumptions.condition(),
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
