"""What a contract leaves to callers, in sentences for a report."""

from collections.abc import Sequence

from conformance.contract.arguments import Argument, TensorArgument


def left_to_callers(arguments: Sequence[Argument]) -> tuple[str, ...]:
    """What no check asks, because callers guarantee it: a sentence for each kind of promise."""
    sentences = []
    tensors = [a for a in arguments if isinstance(a, TensorArgument)]
    for passed, names in _by_layouts(tensors).items():
        sentences.append(f"{_listed(names)} in another layout: callers pass {passed} tensors")
    for argument in tensors:
        if leader := argument.layout_leader:
            sentences.append(
                f"{argument.name} in another layout than {leader}: callers pass both in one layout"
            )
    if refused := [a.name for a in arguments if a.refused_by == "callers"]:
        sentences.append(f"wrong {_listed(refused)}: callers refuse such calls")
    return tuple(sentences)


def _by_layouts(tensors: Sequence[TensorArgument]) -> dict[str, list[str]]:
    """The tensors that come in few layouts only, by these layouts in words."""
    found: dict[str, list[str]] = {}
    for argument in tensors:
        if argument.strides == "dense":
            words = _listed(["dense", *argument.owed_layouts])
            found.setdefault(words, []).append(argument.name)
    return found


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
