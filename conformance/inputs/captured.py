"""From a captured call to a case of a contract, and from such a case to arguments.

Sizes of axes are worked out of the shapes of the call. Words of choices, which tell a scene what to
make, have no meaning for a call that exists; such a case has none.
"""

import torch

from conformance.capture.call import Call, TensorOf
from conformance.capture.file import CapturedFile, tensors_of
from conformance.capture.folder import CapturedCalls
from conformance.case import Case, CaseError, TensorSpec
from conformance.case.case import ABSENT
from conformance.contract import Contract, SizeArgument, TensorArgument
from conformance.inputs.build import Built, built_with
from conformance.inputs.sizes_of_shapes import Misfit, sizes_of
from conformance.memory.guarded import Buffer, guard_byte

CAPTURED = "captured"
"""The word by which a case names the call, the pattern and layout of its tensors, and the check."""


def is_captured(case: Case) -> bool:
    """Whether the tensors of a case are those of a captured call."""
    return CAPTURED in case.options


def case_of(contract: Contract, file: CapturedFile) -> Case:
    """The case of a captured call.

    Raises :class:`~conformance.inputs.sizes_of_shapes.Misfit` for a call that the contract does not
    cover: an argument that is missing, unknown or of another kind, a dtype, a shape or a size.
    """
    call = file.call
    known = {argument.name for argument in contract.arguments}
    if unknown := [name for name in call.arguments if name not in known]:
        raise Misfit(f"the contract has no argument {unknown[0]}")
    tensors = {each.name: _spec(each, call) for each in contract.tensors}
    shapes = {n: call.tensors[n].shape for n, spec in tensors.items() if spec.given}
    numbers = {each.axis: _size(each, call) for each in contract.sizes}
    axes = sizes_of(contract, shapes, numbers)
    words = {CAPTURED: file.digest}
    for scalar in contract.scalars:
        if scalar.name not in call.arguments or scalar.name in call.tensors:
            raise Misfit(f"{scalar.name} is not given, or is a tensor")
        words[scalar.name] = _word(call.arguments[scalar.name])
        try:
            scalar.value(words[scalar.name])
        except ValueError as error:
            raise Misfit(str(error)) from error
    return Case(contract.name, CAPTURED, axes, tensors, words)


def problem_of(contract: Contract, case: Case, captured: CapturedCalls | None) -> str | None:
    """Why a case that names a captured call cannot be built (None: it can)."""
    try:
        _file_of(contract, case, captured)
    except CaseError as error:
        return str(error)
    return None


def built_from(
    contract: Contract, case: Case, captured: CapturedCalls | None, device: str
) -> Built:
    """The arguments of a captured call in order, laid out as they were.

    Raises ``CaseError`` if there is no such call, or if the case is not the one of that call, and
    :class:`~conformance.capture.call.CaptureError` for a file that has changed.
    """
    file = _file_of(contract, case, captured)
    values = tensors_of(file)

    def buffer_of(argument: TensorArgument) -> Buffer:
        told = file.call.tensors[argument.name]
        return _buffer(values[argument.name], told, device, argument.is_passed_output)

    return built_with(contract, case, buffer_of)


def _file_of(contract: Contract, case: Case, captured: CapturedCalls | None) -> CapturedFile:
    digest = case.options[CAPTURED]
    if case.check != CAPTURED:
        raise CaseError(f"a captured call is no case of the check {case.check}")
    if captured is None:
        raise CaseError(f"the case is the captured call {digest}: give its folder, --cases DIR")
    file = captured.find(digest)
    if file is None:
        raise CaseError(f"{captured.folder} has no captured call {digest}")
    if file.call.operator != contract.name:
        raise CaseError(f"the captured call {digest} is one of {file.call.operator}")
    try:
        wanted = case_of(contract, file)
    except Misfit as misfit:
        raise CaseError(f"the captured call does not fit the contract: {misfit}") from misfit
    if (wanted.axes, wanted.tensors, wanted.options) != (case.axes, case.tensors, case.options):
        raise CaseError(f"the case is not the one of the captured call {digest}")
    return file


def _buffer(values: torch.Tensor, told: TensorOf, device: str, unwritten: bool) -> Buffer:
    byte, size = guard_byte(values.dtype), told.extent * values.element_size()
    storage = torch.full((size,), byte, dtype=torch.uint8, device=device)
    tensor = storage.view(values.dtype).as_strided(told.shape, told.strides)
    if not unwritten and tensor.numel():
        # One element may stand for many: all of them hold the same.
        shared = tuple(slice(0, 1) if stride == 0 else slice(None) for stride in told.strides)
        tensor[shared].copy_(values[shared])
    return Buffer(tensor, storage)


def _spec(argument: TensorArgument, call: Call) -> TensorSpec:
    told = call.arguments.get(argument.name)
    if told is None:
        if argument.optional is None:
            raise Misfit(f"{argument.name} is not given")
        return ABSENT
    if not isinstance(told, TensorOf):
        raise Misfit(f"{argument.name} is {told!r}, no tensor")
    if argument.optional == "never":
        raise Misfit(f"{argument.name} is given, which a subject never is")
    if told.dtype not in argument.dtypes:
        raise Misfit(f"{argument.name} is {told.dtype}; known: {', '.join(argument.dtypes)}")
    leader = call.arguments.get(argument.same_dtype or "")
    if isinstance(leader, TensorOf) and leader.dtype != told.dtype:
        raise Misfit(f"{argument.name} is {told.dtype}, {argument.same_dtype} {leader.dtype}")
    return TensorSpec(told.dtype, CAPTURED, "dense" if _is_dense(told) else CAPTURED)


def _is_dense(told: TensorOf) -> bool:
    expected = 1
    for length, stride in zip(reversed(told.shape), reversed(told.strides), strict=True):
        if length != 1 and stride != expected:
            return False
        expected *= length
    return True


def _size(argument: SizeArgument, call: Call) -> int:
    value = call.arguments.get(argument.name)
    if type(value) is not int:
        raise Misfit(f"{argument.name} is {value!r}, no int")
    return value


def _word(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(float(value)) if isinstance(value, int | float) else str(value)
