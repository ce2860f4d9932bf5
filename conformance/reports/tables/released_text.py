"""The shapes of released models that a contract names, in words."""

from conformance.case import size_text
from conformance.contract import Contract


def released_lines(contract: Contract) -> list[str]:
    """A line for each different shape with its models, then one for each source of figures."""
    shapes: dict[str, list[str]] = {}
    sources = list(dict.fromkeys(shape.source for shape in contract.released))
    for shape in contract.released:
        sizes = ", ".join(f"{name}={size_text(size)}" for name, size in shape.axes.items())
        mark = f"[{sources.index(shape.source) + 1}]"
        shapes.setdefault(sizes, []).append(f"{shape.model} {mark}")
    lines = [f"{sizes}: {', '.join(models)}" for sizes, models in shapes.items()]
    return lines + [f"[{number}] {source}" for number, source in enumerate(sources, 1)]
