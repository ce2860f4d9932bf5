"""Do the words and the scene of a contract mean something? What takes torch to tell."""

from conformance.case import Case, CaseError
from conformance.contract import Contract, ContractMistake, TensorArgument, shape_of
from conformance.contract.arguments.integers import INTEGER_WORDS, PADDING_WORDS
from conformance.inputs.layouts import LAYOUTS, RARE, known_layouts, layouts_for, place
from conformance.inputs.scenes import scene_of
from conformance.inputs.usual import usual_case, with_tensor
from conformance.inputs.values import FLOAT_PATTERNS, known_patterns, make_values
from conformance.tensors.dtypes import torch_dtype


def validate_inputs(contract: Contract) -> None:
    """Raise :class:`~conformance.contract.ContractMistake` for inputs that cannot be made.

    Every pattern and layout that the contract names must exist and fit, sizes must satisfy the
    constraints where they are usual, and the scene must give every argument whose role needs it,
    in the shape of its axes.
    """
    usual = usual_case(contract, "values")
    if not contract.allows(usual.axes):
        broken = [c.text for c in contract.constraints if not c.holds(usual.axes)]
        problem = f"the usual sizes {dict(usual.axes)} break {' and '.join(broken)}"
        raise ContractMistake(contract.name, "axes", problem, "choose other usual sizes")
    for field, own, suite in (
        ("patterns", contract.patterns, {*FLOAT_PATTERNS, *INTEGER_WORDS, *PADDING_WORDS}),
        ("layouts", contract.layouts, set(LAYOUTS)),
    ):
        if taken := sorted(set(own) & suite):
            problem = f"the suite's own {field} have the name {taken[0]}"
            raise ContractMistake(contract.name, field, problem, "rename it")
    _check_scene(contract, usual)
    for argument in contract.tensors:
        if argument.optional != "never":
            _check_words(contract, usual, argument)
            _check_layouts(contract, usual, argument)
    for together in contract.combinations:
        for name, word in together.items():
            known = known_patterns(contract, contract.tensor(name))
            if word not in known:
                problem = f"there is no pattern {word!r} for {name}"
                mend = f"known: {', '.join(known)}"
                raise ContractMistake(contract.name, "combinations", problem, mend)


def _check_words(contract: Contract, usual: Case, argument: TensorArgument) -> None:
    field = f"argument {argument.name}"
    for dtype in argument.dtypes:
        try:
            torch_dtype(dtype)
        except ValueError as error:
            raise ContractMistake(contract.name, field, str(error)) from None
    known = known_patterns(contract, argument)
    case = with_tensor(contract, usual, argument.name)
    shape = shape_of(argument.axes, case.axes)
    if min(shape, default=0) < 0:
        problem = f"its shape is {shape}, where the sizes are {dict(case.axes)}"
        raise ContractMistake(contract.name, field, problem, "choose other usual sizes")
    for word in argument.patterns:
        if word not in known:
            problem = f"there is no pattern {word!r}"
            raise ContractMistake(contract.name, field, problem, f"known: {', '.join(known)}")
        if argument.is_passed_output or argument.from_scene:
            continue
        try:
            made = make_values(
                contract, case.with_tensor(argument.name, values=word), argument.name
            )
        except CaseError as error:
            raise ContractMistake(contract.name, field, f"pattern {word}: {error}") from None
        if tuple(made.shape) != shape:
            problem = f"pattern {word} makes shape {tuple(made.shape)}, not {shape}"
            raise ContractMistake(contract.name, field, problem)
    if "negative" in argument.stress and argument.integers:
        low, _ = argument.integers.bounds(argument.dtypes[0], usual.axes)
        if low >= 0:
            problem = "no number of its range is negative"
            raise ContractMistake(contract.name, field, problem, "remove the pattern")


def _check_layouts(contract: Contract, usual: Case, argument: TensorArgument) -> None:
    """Raise for a layout that callers pass, or that the contract brings, which cannot be made."""
    field, shape = f"argument {argument.name}", shape_of(argument.axes, usual.axes)
    layouts = [name for name in known_layouts(contract) if name not in RARE]
    drawn = [n for n in layouts_for(contract, argument, usual.axes) if n in contract.layouts]
    for layout in (*argument.owed_layouts, *drawn):
        if layout not in layouts:
            problem = f"there is no layout {layout!r}"
            raise ContractMistake(contract.name, field, problem, f"known: {', '.join(layouts)}")
        try:
            place(contract, layout, shape, torch_dtype(argument.dtypes[0]).itemsize)
        except CaseError as error:
            raise ContractMistake(contract.name, field, str(error)) from None


def _check_scene(contract: Contract, usual: Case) -> None:
    try:
        scene = scene_of(contract, usual)
    except CaseError as error:
        problem = f"there is none for the usual sizes and words: {error}"
        raise ContractMistake(contract.name, "scene", problem) from None
    if scene is None:
        return
    owed = {a.name: a for a in contract.tensors if a.from_scene and a.optional != "never"}
    if lacking := sorted(set(owed) - set(scene.values)):
        problem = f"it gives no {', '.join(lacking)}"
        raise ContractMistake(contract.name, "scene", problem, "give a tensor for each")
    names = {argument.name for argument in contract.tensors}
    if unknown := sorted((set(scene.values) | set(scene.undefined)) - names):
        problem = f"it speaks of {', '.join(unknown)}"
        raise ContractMistake(contract.name, "scene", problem, f"known: {', '.join(names)}")
    if idle := sorted(name for name in scene.values if not contract.tensor(name).from_scene):
        problem = f"it gives {', '.join(idle)}, whose role says that no scene does"
        raise ContractMistake(contract.name, "scene", problem, "give the argument another role")
    for name, argument in owed.items():
        got, shape = tuple(scene.values[name].shape), shape_of(argument.axes, usual.axes)
        if got != shape:
            problem = f"it gives {name} of shape {got}, not {shape}"
            raise ContractMistake(contract.name, "scene", problem, "follow the argument's axes")
