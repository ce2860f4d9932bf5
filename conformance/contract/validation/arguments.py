"""Do the arguments of a contract fit together?"""

from collections.abc import Mapping

from conformance.contract.arguments import TensorArgument
from conformance.contract.arguments.roles import Role
from conformance.contract.contract import Contract
from conformance.contract.dtypes import DTYPES, FLOATS, INTEGER_BITS, is_integer
from conformance.contract.mistake import ContractMistake
from conformance.contract.shapes import depends_on_data
from conformance.contract.validation.grids import check_grids
from conformance.contract.validation.outputs import check_keys


def check_arguments(contract: Contract) -> None:
    """Raise :class:`ContractMistake` for arguments, grids and combinations that mean nothing."""
    earlier = {argument.name: argument for argument in contract.tensors}
    for argument in contract.tensors:
        _check_alone(argument)
        _check_leaders(contract, argument, earlier)
    check_grids(contract)
    for together in contract.combinations:
        if unknown := sorted(set(together) - set(earlier)):
            raise ContractMistake("", "combinations", f"{unknown} are no tensors")


def _check_alone(argument: TensorArgument) -> None:
    field = f"argument {argument.name}"
    for dtype in argument.dtypes:
        if dtype not in DTYPES:
            known = f"known: {', '.join(DTYPES)}"
            raise ContractMistake("", field, f"torch has no dtype {dtype!r}", known)
    if len(set(argument.dtypes)) < len(argument.dtypes):
        raise ContractMistake("", field, "a dtype is listed twice", "remove one")
    if unknown := sorted(set(argument.flexible) - {str(size) for size in argument.axes}):
        problem = f"flexible names {', '.join(unknown)}"
        raise ContractMistake("", field, problem, "name axes of the argument itself")
    if argument.holds and not all(map(is_integer, argument.dtypes)):
        raise ContractMistake("", field, "holds is for integers only", "remove it")
    if any(depends_on_data(size) for size in argument.axes):
        raise ContractMistake("", field, "a size with ? is for outputs", "name an axis")
    _check_padding(argument)
    if argument.budget is not None and argument.role is not Role.STATE:
        raise ContractMistake("", field, "a budget is for states", "give it to the output")
    each = argument.budget.values() if isinstance(argument.budget, Mapping) else [argument.budget]
    if any(budget is not None and budget.magnitude for budget in each):
        mend = "let the reference return Answer.magnitudes"
        raise ContractMistake("", field, "the budget of a state names no magnitude", mend)
    if isinstance(argument.budget, Mapping):
        check_keys(field, argument.budget)
        floats = [dtype for dtype in argument.dtypes if dtype in FLOATS]
        if lacking := [dtype for dtype in floats if dtype not in argument.budget]:
            raise ContractMistake("", field, f"no budget for {', '.join(lacking)}", "add it")
    if argument.refusable and not argument.optional:
        raise ContractMistake("", field, "refusable, but not optional", "say optional='none'")
    if argument.strides not in ("any", "dense") and not argument.layout_leader:
        mend = "write 'any', 'dense' or 'like NAME'"
        raise ContractMistake("", field, f"strides are {argument.strides!r}", mend)


def _check_padding(argument: TensorArgument) -> None:
    padding = argument.holds.padding if argument.holds else None
    for dtype in argument.dtypes if padding is not None else ():
        least, most = INTEGER_BITS[dtype]
        if padding is not None and not least <= padding <= most:
            problem = f"{dtype} cannot hold the padding {padding}"
            raise ContractMistake("", f"argument {argument.name}", problem, "remove the dtype")


def _check_leaders(
    contract: Contract, argument: TensorArgument, earlier: dict[str, TensorArgument]
) -> None:
    field = f"argument {argument.name}"
    for other in (argument.same_dtype, argument.layout_leader):
        if other and earlier[other].optional and not argument.optional:
            raise ContractMistake("", field, f"{other}, which it follows, may be None")
    for other, above in (
        (argument.same_dtype, argument.same_dtype and earlier[argument.same_dtype].same_dtype),
        (
            argument.layout_leader,
            earlier[argument.layout_leader].layout_leader if argument.layout_leader else None,
        ),
    ):
        if above:
            raise ContractMistake("", field, f"{other} itself follows {above}", f"name {above}")
    led = set(earlier[argument.same_dtype].dtypes) if argument.same_dtype else set()
    if unlike := sorted(led - set(argument.dtypes)):
        problem = f"{argument.same_dtype}, whose dtype it has, may be {', '.join(unlike)}"
        raise ContractMistake("", field, problem, "list the same dtypes")
    if argument.layout_leader and len(earlier[argument.layout_leader].axes) != len(argument.axes):
        raise ContractMistake("", field, f"{argument.layout_leader} has another rank")
    if argument.role is Role.OUTPUT and argument.name not in {o.name for o in contract.outputs}:
        raise ContractMistake("", field, "there is no output of this name", "add the output")
