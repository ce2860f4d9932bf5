"""What a contract says of state and of arguments that belong together has to fit together too."""

from dataclasses import replace

import pytest

from conformance.contract import ContractMistake, Role, TensorArgument
from conformance.contract.validation.validate import validate

from ..stateful.toy import BUDGETS, CONTRACT, without_scene


def with_argument(name, **changes):
    """The contract with one argument changed."""
    arguments = (replace(a, **changes) if a.name == name else a for a in CONTRACT.arguments)
    return replace(CONTRACT, arguments=tuple(arguments))


def test_a_contract_knows_which_arguments_are_written_in_place():
    assert [argument.name for argument in CONTRACT.states] == ["pool"]


@pytest.mark.parametrize(
    ("role", "from_scene"),
    [(role, role in (Role.INDEX, Role.BLOCK_TABLE, Role.MASK)) for role in Role],
)
def test_indices_tables_and_masks_come_from_a_scene(role, from_scene):
    assert TensorArgument("x", ("N",), ("int32",), "", role).from_scene is from_scene


def test_arguments_that_come_from_a_scene_need_one():
    with pytest.raises(ValueError, match="argument held: its role needs a scene"):
        replace(CONTRACT, scene=None)
    assert without_scene().scene is None


@pytest.mark.parametrize("leader", ["pool", "nothing", "new"])
def test_a_dtype_is_shared_with_an_argument_that_precedes(leader):
    with pytest.raises(ValueError, match=f"{leader} must precede new"):
        with_argument("new", same_dtype=leader)


def test_new_state_goes_into_an_argument():
    with pytest.raises(ValueError, match="argument new: nothing, into which it goes, is no state"):
        with_argument("new", state="nothing")


def test_axes_in_sizes_that_are_worked_out_must_be_known():
    with pytest.raises(ValueError, match=r"unknown axes \['SPARE'\]"):
        with_argument("pool", axes=("B + SPARE", "H", "S", "D"))


def test_a_case_weighs_what_its_largest_tensor_holds_however_its_size_is_written():
    sizes = {"B": 3, "H": 2, "S": 8, "L": 2, "D": 4}
    assert CONTRACT.elements(sizes) == (3 + 1) * 2 * 8 * 4


def test_an_output_has_one_budget_or_one_for_each_dtype():
    (total,) = CONTRACT.outputs
    assert {name: total.budget_for(name) for name in BUDGETS} == BUDGETS
    one = replace(total, budget=BUDGETS["float16"])
    assert one.budget_for("float32") is one.budget_for("float16") is BUDGETS["float16"]


def test_an_output_without_any_budget_is_refused():
    (total,) = CONTRACT.outputs
    with pytest.raises(ContractMistake, match="output total: a float output is judged by nothing"):
        validate(replace(CONTRACT, outputs=(replace(total, budget=None),)))
