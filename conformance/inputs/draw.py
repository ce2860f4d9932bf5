"""How checks draw cases: Hypothesis strategies over sizes, dtypes, patterns, layouts and words."""

from collections.abc import Mapping, Sequence

import numpy as np
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from conformance.case import ABSENT, Case, TensorSpec
from conformance.contract import Contract, FloatArgument, ScalarArgument, Size, TensorArgument
from conformance.inputs.draw_sizes import sizes
from conformance.inputs.layouts import layouts_for
from conformance.inputs.usual import usual_words


@st.composite
def cases(
    draw: st.DrawFn,
    contract: Contract,
    check: str,
    *,
    values: Mapping[str, Sequence[str]] | None = None,
    layouts: bool = False,
    variants: bool = False,
    elements: int = 1 << 14,
    options: Mapping[str, Sequence[str]] | None = None,
) -> Case:
    """Cases of a contract for a check.

    ``values`` names the patterns to draw from for some tensors (the others hold their usual
    values), ``layouts`` draws layouts, ``variants`` draws what else may differ from call to call:
    whether optional tensors are given, the values of arguments that are no tensors, the words of
    choices. ``elements`` bounds the size of a tensor and ``options`` lists words for further
    options.
    """

    def pick(words: Sequence[str]) -> str:
        # Where there is no choice there is nothing to draw, nor to shrink.
        return draw(st.sampled_from(words)) if len(words) > 1 else words[0]

    axes: dict[str, Size] = {}
    for axis in contract.axes:
        axes[axis.name] = draw(sizes(contract, axis, axes, elements))
    tensors: dict[str, TensorSpec] = {}
    for argument in contract.tensors:
        if not _is_given(argument, draw if variants else None):
            tensors[argument.name] = ABSENT
            continue
        patterns = list((values or {}).get(argument.name, ())) or [argument.values]
        placements = ["dense", *layouts_for(contract, argument, axes)] if layouts else ["dense"]
        led = tensors.get(argument.same_dtype or "", ABSENT)
        placed = tensors.get(argument.layout_leader or "", ABSENT)
        tensors[argument.name] = TensorSpec(
            led.dtype if led.given else pick(argument.dtypes),
            pick(patterns),
            placed.layout if placed.given else pick(placements),
        )
    words = usual_words(contract)
    if variants:
        for choice in contract.choices:
            words[choice.name] = pick(choice.words)
        for scalar in contract.scalars:
            words[scalar.name] = draw(scalar_words(scalar))
    words |= {name: pick(list(choices)) for name, choices in (options or {}).items()}
    return Case(contract.name, check, axes, tensors, words, draw(st.integers(0, 2**31)))


def _is_given(argument: TensorArgument, draw: st.DrawFn | None) -> bool:
    if argument.optional == "never":
        return False
    if argument.optional is None or draw is None:
        return argument.optional != "none"
    return draw(st.sampled_from([True, False] if argument.optional == "given" else [False, True]))


def scalar_words(argument: ScalarArgument) -> SearchStrategy[str]:
    """Values of an argument that is no tensor, as a case writes them; the usual one is simplest."""
    words = st.sampled_from(argument.words)
    if not isinstance(argument, FloatArgument) or argument.least is None or argument.most is None:
        return words
    # Kernels take floats as float32: others would differ from the oracle's by their rounding.
    least, most = _above(argument.least), -_above(-argument.most)
    return st.one_of(words, st.floats(least, most, width=32).map(repr)) if least <= most else words


def _above(bound: float) -> float:
    """The least number at or above ``bound`` that float32 holds."""
    near = np.float32(bound)
    return float(near if float(near) >= bound else np.nextafter(near, np.float32(np.inf)))
