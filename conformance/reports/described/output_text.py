"""An output of an operator, and how it is judged, in words."""

from collections.abc import Mapping

from conformance.contract import Budget, Contract, Derived, Output, Selection, TensorArgument
from conformance.contract.shapes import depends_on_data
from conformance.reports.described.plain import function_text
from conformance.reports.described.words import either, number_text, shape_text


def output_type(contract: Contract, output: Output) -> str:
    """``(T, K) float32``; ``(B, D) in the dtype of query``."""
    dtype = output.dtype
    argument = next((each for each in contract.tensors if each.name == dtype), None)
    if argument is not None:
        leader = contract.tensor(argument.leader)
        # An output that is passed has the dtype of itself, which tells a reader nothing.
        follows = leader.name != output.name
        dtype = f"in the dtype of {leader.name}" if follows else either(leader.dtypes)
    return f"{shape_text(output.axes)} {dtype}"


def output_lines(contract: Contract, output: Output) -> list[str]:
    """What the contract says of an output beside name and type."""
    lines = [output.meaning]
    if output not in contract.returned:
        lines.append("written into the argument of this name, not returned")
    if any(map(depends_on_data, output.axes)):
        lines.append("a size with ? depends on data: the reference tells it")
    if output.follows:
        lines.append(f"each entry belongs to the id that {output.follows} holds in its place")
    if output.selection:
        lines += _selection(output.selection)
    elif isinstance(output.budget, Mapping):
        for dtype, budget in output.budget.items():
            lines += _budget(budget, f"{dtype}: ", bool(output.follows))
    elif output.budget:
        lines += _budget(output.budget, "", bool(output.follows))
    elif output.judged_in:
        lines.append(f"judged in {output.judged_in}, not by itself")
    else:
        lines.append("compared exactly")
    if output.order != "exact":
        lines.append(f"order of elements: {output.order}")
    return lines


def derived_lines(derived: Derived) -> list[str]:
    """What is worked out of several outputs and judged instead of them, name and all."""
    function, of = function_text(derived.function), ", ".join(derived.of)
    known = "" if "lambda" in function else f" by {function}"
    head = f"{derived.name}: worked out of {of}{known}"
    lines = (derived.meaning, *_budget(derived.budget, "", by_id=False))
    return [head, *(f"  {line}" for line in lines)]


def state_lines(state: TensorArgument) -> list[str]:
    """A state and how it is compared, name and all."""
    lines = [f"{state.name}: {state.meaning}"]
    each = state.budget if isinstance(state.budget, Mapping) else {"": state.budget}
    for dtype, budget in each.items():
        if budget is not None:
            told = _budget(budget, f"{dtype}: " if dtype else "", by_id=False)
            lines += [f"  {line}" for line in told]
    return lines


def _budget(budget: Budget, dtype: str, by_id: bool) -> list[str]:
    place = "[id]" if by_id else ""
    scale = f" max(1, |{budget.magnitude}{place}|)" if budget.magnitude else " m"
    terms = []
    if budget.relative:
        terms.append(f"{number_text(budget.relative)} |owed|")
    if budget.absolute:
        terms.append(number_text(budget.absolute) + scale)
    if budget.smallest:
        terms.append(number_text(budget.smallest))
    owed = f"|got - owed| <= {' + '.join(terms)}" if terms else "got = owed, rounded to the dtype"
    return [f"budget {dtype}{owed}", f"  source: {budget.source}"]


def _selection(selection: Selection) -> list[str]:
    many = "" if selection.is_single else f"{selection.count} "
    of = selection.argument or f"what is scored, {shape_text(selection.scored)},"
    lines = [f"the {many}{selection.order} of {of} along {selection.axis}"]
    slots = "" if selection.is_single else f"; order within a row: {selection.slots}"
    lines.append(f"equal entries: {selection.ties}{slots}")
    if selection.scored:
        lines.append(f"the score is what {function_text(selection.score)} gives")
    elif selection.score:
        lines.append(f"compared by the score that {function_text(selection.score)} gives them")
    if selection.flush:
        less = f"{selection.flush:.3g}"
        lines.append(f"entries that differ by no more than {less} may be taken for equal")
    if selection.close:
        less = f"{number_text(selection.close)} of the larger one's size"
        lines.append(f"entries that differ by no more than {less} may be taken for equal")
    return lines
