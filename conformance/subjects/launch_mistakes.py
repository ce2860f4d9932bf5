"""What can be wrong with a launch, told before its kernel runs."""

import difflib
import inspect
from collections.abc import Mapping
from typing import Any

from conformance.catalogue.objects import SubjectBroken
from conformance.triton_internals import chosen_by_itself, with_default

OPTIONS = frozenset(
    {"num_warps", "num_stages", "num_ctas", "maxnreg", "enable_fp_fusion", "debug", "warmup"}
    | {"waves_per_eu", "matrix_instr_nonkdim", "kpack"}
    | {"launch_cooperative_grid", "launch_pdl", "grf_mode"}
)
"""What a launch takes besides the kernel's parameters."""


class UnknownName(AttributeError):
    """A launch asks for something that its contract does not have."""


def check_launch(launch: Any, names: Any) -> None:
    """Look at kernel, grid and arguments of a launch once. ``names`` are those of a usual call.

    Raises :class:`~conformance.catalogue.objects.SubjectBroken`.
    """
    kernel = launch.kernel
    if not hasattr(kernel, "arg_names"):
        kind = type(kernel).__name__
        raise SubjectBroken(f"kernel of the launch is a {kind}: @triton.jit makes a kernel")
    _value(launch.grid, names, "grid", mistake_in_grid)
    given = _value(launch.arguments, names, "arguments", mistake_in_arguments)
    if given is not None:
        _check_names(kernel, given)


def mistake_in_grid(grid: Any) -> str | None:
    """Why nothing can be launched on this grid; None if something can."""
    if callable(grid):
        return None
    numbers = isinstance(grid, tuple | list) and all(hasattr(n, "__index__") for n in grid)
    if numbers and 1 <= len(grid) <= 3:
        return None
    return f"grid of the launch is {grid!r}, not a tuple of one to three integers"


def mistake_in_arguments(given: Any) -> str | None:
    """Why a kernel cannot be called with this; None if it can."""
    if isinstance(given, Mapping) and all(isinstance(name, str) for name in given):
        return None
    kind = type(given).__name__
    return f"arguments of the launch are a {kind}, not a dict from the kernel's names to values"


def _value(function: Any, names: Any, part: str, mistake_in: Any) -> Any:
    """What the function makes of usual names; None if it raises."""
    if not callable(function):
        kind = type(function).__name__
        raise SubjectBroken(f"{part} of the launch: a {kind}, not a function of the call's names")
    try:
        inspect.signature(function).bind(names)
    except TypeError as error:
        wrong = f"{part} of the launch: it is called with the call's names alone: {error}"
        raise SubjectBroken(wrong) from error
    except ValueError:  # a builtin function that does not tell
        pass
    try:
        value = function(names)
    except UnknownName as error:
        raise SubjectBroken(f"{part} of the launch: {error}") from error
    except Exception:  # such tensors hold no values to look at
        return None
    if mistake := mistake_in(value):
        raise SubjectBroken(mistake)
    return value


def _check_names(kernel: Any, given: Mapping[str, Any]) -> None:
    parameters, chosen = list(kernel.arg_names), chosen_by_itself(kernel)
    known = ", ".join(parameters)
    for name in given:
        if name in chosen:
            raise SubjectBroken(f"the kernel chooses {name} itself: the launch must not give it")
        if name not in parameters and name not in OPTIONS:
            similar = difflib.get_close_matches(name, [*parameters, *OPTIONS], 1)
            hint = f"did you mean {similar[0]}?" if similar else f"it has {known}"
            raise SubjectBroken(f"the kernel has no parameter {name!r}; {hint}")
    left_out = set(parameters) - given.keys() - chosen - with_default(kernel)
    if missing := [name for name in parameters if name in left_out]:
        wanted = ", ".join(missing)
        raise SubjectBroken(f"arguments of the launch: the kernel is not given {wanted}")
