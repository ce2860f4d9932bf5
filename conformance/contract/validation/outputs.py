"""Do the outputs of a contract fit its arguments, and each other?"""

from collections.abc import Mapping

from conformance.contract.arguments import TensorArgument
from conformance.contract.arguments.roles import Role
from conformance.contract.contract import Contract
from conformance.contract.dtypes import DTYPES, FLOATS, is_integer
from conformance.contract.mistake import ContractMistake
from conformance.contract.outputs import Budget, Output
from conformance.contract.selection import Selection
from conformance.contract.shapes import depends_on_data, size_of


def check_outputs(contract: Contract) -> None:
    """Raise :class:`ContractMistake` for an output that cannot be judged as it is described."""
    for output in contract.outputs:
        _check_dtype(contract, output)
        _check_selection(contract, output)
        _check_passed(contract, output)
    names = [output.name for output in contract.outputs]
    derived = {value.name: value for value in contract.derived}
    for value in contract.derived:
        field = f"derived {value.name}"
        if derived[value.name] is not value:
            raise ContractMistake("", field, "two of them have this name", "rename one")
        if not value.of:
            raise ContractMistake("", field, "it is worked out of nothing", "name outputs in of")
        if value.budget.magnitude:
            mend = "let the reference return Answer.magnitudes"
            raise ContractMistake("", field, "its budget names a magnitude", mend)
        if value.name in names:
            raise ContractMistake("", field, "an output has the same name", "rename one")
        if unknown := [name for name in value.of if name not in names]:
            raise ContractMistake("", field, f"{', '.join(unknown)} is no output")
    for output in contract.outputs:
        if output.judged_in and output.name not in (
            derived[output.judged_in].of if output.judged_in in derived else ()
        ):
            field = f"output {output.name}"
            raise ContractMistake("", field, f"{output.judged_in} is not derived from it")


def dtypes_of(contract: Contract, output: Output) -> tuple[str, ...]:
    """The dtypes that an output may come in."""
    for argument in contract.tensors:
        if argument.name == output.dtype:
            return argument.dtypes
    return (output.dtype,)


def _check_dtype(contract: Contract, output: Output) -> None:
    field = f"output {output.name}"
    dtypes = dtypes_of(contract, output)
    if unknown := [dtype for dtype in dtypes if dtype not in DTYPES]:
        problem = f"{unknown[0]!r} is neither a dtype nor a tensor argument"
        raise ContractMistake("", field, problem, f"known dtypes: {', '.join(DTYPES)}")
    for argument in contract.tensors:
        if argument.name == output.dtype and argument.optional and not argument.is_passed_output:
            problem = f"{argument.name}, whose dtype it has, may be None"
            raise ContractMistake("", field, problem, "name another argument, or a dtype")
    if output.selection and not all(map(is_integer, dtypes)):
        raise ContractMistake("", field, "ids are integers", "give it an integer dtype")
    if output.judged_in or output.selection:
        return
    if output.budget is None and any(dtype in FLOATS for dtype in dtypes):
        raise ContractMistake("", field, "a float output is judged by nothing", "give a budget")
    check_keys(field, output.budget if isinstance(output.budget, Mapping) else {})
    each = output.budget if isinstance(output.budget, Mapping) else None
    if each is not None and (lacking := [dtype for dtype in dtypes if dtype not in each]):
        raise ContractMistake("", field, f"no budget for {', '.join(lacking)}", "add it")
    for budget in (output.budget,) if each is None else each.values():
        if isinstance(budget, Budget) and budget.magnitude is not None:
            _check_magnitude(contract, output, budget.magnitude)


def check_keys(field: str, budgets: Mapping[str, Budget]) -> None:
    """Raise :class:`ContractMistake` for a budget for a dtype that there is not."""
    if unknown := [dtype for dtype in budgets if dtype not in DTYPES]:
        problem = f"a budget for {unknown[0]!r}, which is no dtype"
        raise ContractMistake("", field, problem, f"known: {', '.join(DTYPES)}")


def _check_magnitude(contract: Contract, output: Output, name: str) -> None:
    field = f"output {output.name}"
    if name not in {a.name for a in contract.tensors}:
        raise ContractMistake("", field, f"{name} is no argument")
    axes = contract.tensor(name).axes
    if len(axes) != 1:
        problem = f"its magnitude {name} has {len(axes)} axes, not one"
        raise ContractMistake("", field, problem, "let the reference return Answer.magnitudes")
    if not output.follows and output.axes[-1:] != axes:
        problem = f"its last axis is not that of its magnitude {name}"
        raise ContractMistake("", field, problem, "say which selection it follows")


def _check_selection(contract: Contract, output: Output) -> None:
    field = f"output {output.name}"
    if output.follows not in {o.name for o in contract.outputs if o.selection} | {None}:
        raise ContractMistake("", field, f"{output.follows} is no selection")
    if (selection := output.selection) is None:
        return
    entries = selection.argument or "what is scored"
    if selection.argument and selection.argument not in {a.name for a in contract.tensors}:
        raise ContractMistake("", field, f"{selection.argument}, of which it selects, is no tensor")
    axes = contract.tensor(selection.argument).axes if selection.argument else selection.scored
    if not axes or axes[-1] != selection.axis:
        problem = f"{selection.axis} is not the last axis of {entries}"
        raise ContractMistake("", field, problem, "select along the last axis")
    rows = output.axes if selection.is_single else output.axes[:-1]
    if not selection.is_single and output.axes[-1:] != (selection.count,):
        problem = f"{selection.count}, the count, is not its last axis"
        raise ContractMistake("", field, problem)
    if rows != axes[:-1]:
        problem = f"its rows are {rows}, those of {entries} {axes[:-1]}"
        raise ContractMistake("", field, problem)
    if not selection.is_single:
        _check_count(contract, output, selection)


def _check_count(contract: Contract, output: Output, selection: Selection) -> None:
    """Raise for a count that is no axis, or may be larger than the axis that it counts along."""
    field = f"output {output.name}"
    usual = {axis.name: axis.usual for axis in contract.axes}
    if not isinstance(usual.get(selection.count), int):
        raise ContractMistake("", field, f"{selection.count}, the count, is no single axis")
    length = size_of(selection.axis, usual)
    if contract.allows({**usual, selection.count: length + 1}):
        problem = f"{selection.count} may be larger than {selection.axis}"
        mend = f'add the constraint Expression("{selection.count} <= {selection.axis}")'
        raise ContractMistake("", field, problem, mend)


def _check_passed(contract: Contract, output: Output) -> None:
    field = f"output {output.name}"
    same = [argument for argument in contract.arguments if argument.name == output.name]
    if not same:
        return
    (argument,) = same
    if not isinstance(argument, TensorArgument) or argument.role is not Role.OUTPUT:
        raise ContractMistake("", field, "an argument has the same name", "give it Role.OUTPUT")
    if argument.axes != output.axes:
        problem = f"its axes are {output.axes}, those of the argument {argument.axes}"
        raise ContractMistake("", field, problem)
    if any(depends_on_data(size) for size in output.axes):
        raise ContractMistake("", field, "the caller cannot know its size", "return it")
    dtypes = argument.dtypes
    if output.dtype != output.name and set(dtypes) != {output.dtype}:
        problem = f"the argument may be {', '.join(dtypes)}"
        raise ContractMistake("", field, problem, f"write dtype={output.name!r}")
