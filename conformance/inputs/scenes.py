"""The scene of a case: contents that only make sense together, and memory that holds nothing."""

import zlib
from collections.abc import Mapping

import torch

from conformance.case import Case, CaseError
from conformance.contract import Contract, ContractMistake, NoSuchScene, Scene, Situation, shape_of
from conformance.contract.dtypes import INTEGER_BITS, is_integer
from conformance.inputs.usual import usual_words
from conformance.tensors.dtypes import put_nan

UNDEFINED = "undefined"
STEP = "step"
NEW = "new"
"""Names of the options that a case of a contract with state may carry.

What undefined memory holds, how many calls went before, and whether new state holds numbers that
its state's dtype cannot (``any``; otherwise it makes no difference whether an operator reads them
before or after they are rounded).
"""

FILLINGS = ("finite", "nan", "negative-nan", "infinite", "huge")
"""What undefined memory may hold, by name; the first is the usual one."""


def scene_of(contract: Contract, case: Case) -> Scene | None:
    """The scene of a case, None for a contract without one; the same for the same case.

    Raises :class:`CaseError` if the case leaves no scene to set.
    """
    if contract.scene is None:
        return None
    words = usual_words(contract)
    words |= {name: case.options[name] for name in words if name in case.options}
    situation = Situation(
        case.axes,
        {name: spec.values for name, spec in case.tensors.items()},
        {name: spec.dtype for name, spec in case.tensors.items()},
        words,
        int(case.options.get(STEP, "0")),
        torch.Generator().manual_seed(case.seed * 1_000_003 + zlib.crc32(b"scene")),
    )
    try:
        scene = contract.scene(situation)
    except NoSuchScene as error:
        raise CaseError(f"{case}: {error}") from error
    except (Exception, SystemExit) as error:
        problem = f"raises {type(error).__name__}: {error}"
        mend = "raise NoSuchScene where sizes and words leave none"
        raise ContractMistake(contract.name, "scene", problem, mend) from error
    _check(contract, case, scene)
    return scene


def _check(contract: Contract, case: Case, scene: Scene) -> None:
    """Raise :class:`ContractMistake` for a scene that is none, or that holds something else."""
    if not isinstance(scene, Scene):
        problem = f"returns {type(scene).__name__}"
        raise ContractMistake(contract.name, "scene", problem, "return a Scene")
    given = {a.name: a for a in contract.tensors if case.tensors[a.name].given}
    owed = {name for name, argument in given.items() if argument.from_scene}
    for field, found in (("values", scene.values), ("undefined", scene.undefined)):
        if not isinstance(found, Mapping):
            problem = f"{field} is {type(found).__name__}"
            raise ContractMistake(
                contract.name, "scene", problem, "give a dict from names to tensors"
            )
    if lacking := sorted(owed - set(scene.values)):
        problem = f"it gives no {', '.join(lacking)}"
        raise ContractMistake(contract.name, "scene", problem, "give a tensor for each")
    for field, found in (("values", scene.values), ("undefined", scene.undefined)):
        for name, tensor in found.items():
            if not isinstance(tensor, torch.Tensor):
                problem = f"{field}: {name} is {type(tensor).__name__}"
                raise ContractMistake(contract.name, "scene", problem, "give a tensor")
            if tensor.device.type != "cpu" or tensor.layout is not torch.strided:
                kind = f"{tensor.layout} on {tensor.device}".removeprefix("torch.")
                problem = f"{field}: {name} is {kind}"
                raise ContractMistake(
                    contract.name, "scene", problem, "give a dense one on the CPU"
                )
    for name in owed:
        _check_value(contract, case, name, scene.values[name])
    for name, elements in scene.undefined.items():
        if name not in given:
            continue
        held = scene.values.get(name) if name in owed else None
        shape = shape_of(given[name].axes, case.axes) if held is None else tuple(held.shape)
        if elements.dtype != torch.bool or tuple(elements.shape) != shape:
            got = f"{str(elements.dtype).removeprefix('torch.')} {tuple(elements.shape)}"
            problem = f"undefined: {name} is {got}, not bool {shape}"
            raise ContractMistake(contract.name, "scene", problem, "one entry for each element")


def _check_value(contract: Contract, case: Case, name: str, tensor: torch.Tensor) -> None:
    """Raise :class:`ContractMistake` for contents that the argument cannot have."""
    words = usual_words(contract)
    got, shape = tuple(tensor.shape), shape_of(contract.tensor(name).axes, case.axes)
    # In another form, or where a choice asks for it, the scene alone knows the shape.
    usual = all(
        case.options.get(choice.name, words[choice.name]) == words[choice.name]
        for choice in contract.choices
    )
    if usual and len(got) == len(shape) and got != shape:
        problem = f"it gives {name} of shape {got}, not {shape}"
        raise ContractMistake(contract.name, "scene", problem, "follow the argument's axes")
    dtype = case.tensors[name].dtype
    if tensor.is_complex() or (is_integer(dtype) and not _held_by(tensor, dtype)):
        problem = f"it gives {name} numbers that {dtype} does not hold"
        raise ContractMistake(contract.name, "scene", problem, f"give numbers of {dtype}")


def _held_by(tensor: torch.Tensor, dtype: str) -> bool:
    """Whether an integer dtype holds every number of a tensor."""
    least, most = INTEGER_BITS[dtype]
    if tensor.is_floating_point() and not bool((tensor == tensor.round()).all()):
        return False
    numbers = tensor.flatten().tolist()
    return all(least <= number <= most for number in numbers)


def fill_undefined(tensor: torch.Tensor, undefined: torch.Tensor, filling: str) -> None:
    """Put what ``filling`` names into the undefined elements; ``finite`` leaves what is there.

    Raises :class:`CaseError` for an unknown name.
    """
    if filling not in FILLINGS:
        raise CaseError(f"unknown filling {filling!r}; known: {', '.join(FILLINGS)}")
    if not tensor.is_floating_point():
        if filling != "finite":
            tensor[undefined] = torch.iinfo(tensor.dtype).max
    elif filling in ("nan", "negative-nan"):
        put_nan(tensor, undefined, negative=filling == "negative-nan")
    elif filling != "finite":
        huge = torch.finfo(tensor.dtype).max
        tensor[undefined] = torch.inf if filling == "infinite" else huge
