"""From the name of a pattern to the contents of a tensor."""

import zlib

import torch

from conformance.case import Case, CaseError
from conformance.contract import Contract, ContractMistake, Scene, TensorArgument, shape_of
from conformance.contract.dtypes import INTEGER_BITS, is_integer
from conformance.inputs.integer_patterns import REPEATING, make_integers
from conformance.inputs.patterns import PATTERNS, Draw
from conformance.inputs.scenes import NEW, STEP, UNDEFINED, fill_undefined, scene_of
from conformance.inputs.selection_patterns import SELECTION_PATTERNS
from conformance.tensors.dtypes import torch_dtype

FLOAT_PATTERNS = {**PATTERNS, **SELECTION_PATTERNS}


def known_patterns(contract: Contract, argument: TensorArgument) -> tuple[str, ...]:
    """The patterns that an argument can be filled with."""
    if argument.from_scene or argument.is_passed_output:
        return argument.patterns
    if argument.integers:
        return (*argument.integers.words, *contract.patterns)
    return (*FLOAT_PATTERNS, *contract.patterns)


def make_values(
    contract: Contract,
    case: Case,
    name: str,
    *,
    rows: int | None = None,
    scene: Scene | None = None,
) -> torch.Tensor:
    """The contents of the tensor argument ``name``, dense, in its dtype, on the CPU.

    ``rows`` replaces the size of the first axis (layouts that repeat a row need only one), and
    ``scene`` is that of the case if it is at hand. The same case gives the same bits everywhere.
    Raises :class:`CaseError` for an unknown pattern, and :class:`ContractMistake` for integers that
    the sizes leave no room for, or a pattern of the contract's own that goes wrong.
    """
    argument, spec = contract.tensor(name), case.tensors[name]
    dtype = torch_dtype(spec.dtype)
    scene = scene or scene_of(contract, case)
    if scene is not None and argument.from_scene:
        return scene.values[name].to(dtype)
    shape = list(shape_of(argument.axes, case.axes))
    if rows is not None and shape:
        shape[0] = rows
    seed = case.seed * 1_000_003 + zlib.crc32(name.encode())
    # Later calls on the same state bring new tokens, but the scene goes on.
    seed += int(case.options.get(STEP, "0")) * 7_368_787
    generator = torch.Generator().manual_seed(seed)
    selection = contract.selection
    selected = selection is not None and selection.argument == name
    count = case.axes[selection.count] if selection and selected else None
    assert not isinstance(count, tuple)
    values = _drawn(contract, case, argument, Draw(tuple(shape), dtype, generator, count))
    if argument.state and case.options.get(NEW) != "any":
        values = _representable(values, torch_dtype(case.tensors[argument.state].dtype))
    # A row that all share is nobody's padding.
    if scene is not None and name in scene.undefined and rows is None:
        fill_undefined(values, scene.undefined[name], case.options.get(UNDEFINED, "finite"))
    return values


def _drawn(contract: Contract, case: Case, argument: TensorArgument, draw: Draw) -> torch.Tensor:
    word = case.tensors[argument.name].values
    if word in contract.patterns:
        return _own(contract, case, argument, draw)
    if word not in known_patterns(contract, argument):
        known = ", ".join(known_patterns(contract, argument))
        raise CaseError(f"unknown pattern {word!r} for {argument.name}; known: {known}")
    dtype = case.tensors[argument.name].dtype
    integers = argument.integers
    if integers is None and is_integer(dtype):
        # A tensor that may hold floats or integers: every number of its range, whatever the word.
        word = word if word in REPEATING else "uniform"
        return make_integers(draw, word, *INTEGER_BITS[dtype], padding=None, distinct=False).to(
            draw.dtype
        )
    if integers is None or not is_integer(dtype):
        return FLOAT_PATTERNS[word if word in FLOAT_PATTERNS else "normal"](draw).to(draw.dtype)
    low, high = integers.bounds(dtype, case.axes)
    try:
        made = make_integers(
            draw, word, low, high, padding=integers.padding, distinct=integers.distinct
        )
    except ValueError as error:
        problem = f"{error}, where the sizes are {dict(case.axes)}"
        mend = "add a constraint, or widen the range"
        raise ContractMistake(contract.name, f"argument {argument.name}", problem, mend) from error
    return made.to(draw.dtype)


def _own(contract: Contract, case: Case, argument: TensorArgument, draw: Draw) -> torch.Tensor:
    """What a pattern of the contract's own makes."""
    word = case.tensors[argument.name].values
    field = f"pattern {word}"
    try:
        made = contract.patterns[word](draw)
    except (Exception, SystemExit) as error:
        problem = f"raises {type(error).__name__}: {error}, for {argument.name} {draw.shape}"
        raise ContractMistake(contract.name, field, problem) from error
    if not isinstance(made, torch.Tensor) or made.is_complex():
        kind = made.dtype if isinstance(made, torch.Tensor) else type(made).__name__
        problem = f"returns {kind} for {argument.name}".replace("torch.", "")
        raise ContractMistake(contract.name, field, problem, "return a tensor of real numbers")
    if tuple(made.shape) != draw.shape:
        problem = f"makes shape {tuple(made.shape)}, not {draw.shape}, for {argument.name}"
        raise ContractMistake(contract.name, field, problem, "follow Draw.shape")
    dtype = case.tensors[argument.name].dtype
    if argument.integers and is_integer(dtype) and made.numel():
        low, high = argument.integers.bounds(dtype, case.axes)
        outside = (made < low) | (made > high)
        if argument.integers.padding is not None:
            outside &= made != argument.integers.padding
        if outside.any():
            problem = f"makes {made[outside].flatten()[0].item()} for {argument.name}"
            raise ContractMistake(contract.name, field, problem, f"stay within {low}..{high}")
    return made.to(draw.dtype)


def _representable(values: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    """Numbers that ``dtype`` holds as well, so that it is all the same where they are read from."""
    if not dtype.is_floating_point or not values.is_floating_point():
        return values
    # In float64, since torch cannot clamp float8.
    limits = torch.finfo(dtype)
    near = values.double().clamp(min=limits.min, max=limits.max).to(dtype).to(values.dtype)
    return torch.where(values.isfinite(), near, values)
