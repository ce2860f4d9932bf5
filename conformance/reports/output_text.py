"""An output of an operator, and how it is judged, in words."""

from collections.abc import Mapping

from conformance.contract import Budget, Contract, Output, Selection
from conformance.reports.words import number_text, shape_text


def output_type(contract: Contract, output: Output) -> str:
    """``(T, K) float32``; ``(B, D) in the dtype of query``."""
    follows = output.dtype in {argument.name for argument in contract.tensors}
    dtype = f"in the dtype of {output.dtype}" if follows else output.dtype
    return f"{shape_text(output.axes)} {dtype}"


def output_lines(output: Output) -> list[str]:
    """What the contract says of an output beside name and type."""
    lines = [output.meaning]
    if output.follows:
        lines.append(f"each entry belongs to the id that {output.follows} holds in its place")
    if output.selection:
        lines += _selection(output.selection)
    if isinstance(output.budget, Mapping):
        for dtype, budget in output.budget.items():
            lines += _budget(budget, f"{dtype}: ")
    elif output.budget:
        lines += _budget(output.budget, "")
    return lines


def _budget(budget: Budget, dtype: str) -> list[str]:
    scale = f" max(1, |{budget.magnitude}[id]|)" if budget.magnitude else ""
    terms = []
    if budget.relative:
        terms.append(f"{number_text(budget.relative)} |y|")
    if budget.absolute:
        terms.append(number_text(budget.absolute) + scale)
    if budget.smallest:
        terms.append(number_text(budget.smallest))
    owed = f"|x - y| <= {' + '.join(terms)}" if terms else "x = y, the oracle's value"
    return [f"budget {dtype}{owed}", f"  source: {budget.source}"]


def _selection(selection: Selection) -> list[str]:
    lines = [
        f"the {selection.count} {selection.order} of {selection.argument} along {selection.axis}",
        f"equal entries: {selection.ties}; order within a row: {selection.slots}",
    ]
    if selection.flush:
        less = f"{selection.flush:.3g}"
        lines.append(f"entries that differ by less than {less} may be taken for equal")
    return lines
