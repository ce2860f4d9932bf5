"""The arguments of the routing operator: what is accepted, and what is raised otherwise.

Every implementation calls `check`, eager ones as well as the fake kernel, so that a wrong call
fails the same way on every device and while tracing.
"""

import torch

GATING_DTYPES = (torch.float32, torch.bfloat16, torch.float16)
SCALE_DTYPES = (torch.float32, torch.bfloat16, torch.float16, torch.float64)


def check(gating: torch.Tensor, topk: int, per_expert_scale: torch.Tensor) -> None:
    """Raise if the operator is not defined for these arguments.

    gating: (T, E) in one of `GATING_DTYPES`, any strides, T may be 0.
    topk: K, an int with 1 <= K <= E; a bool is not an int here.
    per_expert_scale: (E,) in one of `SCALE_DTYPES`, any stride, on the device of `gating`.

    Only metadata is read. A size that is unknown while tracing is taken to be right.

    Raises TypeError for an argument of the wrong type or dtype, ValueError for a wrong shape,
    a K outside 1..E, or two devices. The messages state what was got and what is wanted.
    """
    _check_types(gating, topk, per_expert_scale)
    if gating.dim() != 2:
        raise ValueError(f"gating: got shape {_shape(gating)}, want two axes (tokens, experts)")
    experts = gating.shape[1]
    if _surely(experts < 1):
        raise ValueError(f"gating: got shape {_shape(gating)}, want at least one expert")
    if _surely(topk < 1) or _surely(topk > experts):
        raise ValueError(f"topk: got {topk}, want 1 <= topk <= {experts}, the number of experts")
    if per_expert_scale.dim() != 1 or _surely(per_expert_scale.shape[0] != experts):
        raise ValueError(
            f"per_expert_scale: got shape {_shape(per_expert_scale)}, "
            f"want ({experts},), one value for each expert"
        )
    if gating.device != per_expert_scale.device:
        raise ValueError(
            f"per_expert_scale: got device {per_expert_scale.device}, "
            f"want {gating.device}, where gating is"
        )


def _check_types(gating: object, topk: object, per_expert_scale: object) -> None:
    for name, tensor, dtypes in (
        ("gating", gating, GATING_DTYPES),
        ("per_expert_scale", per_expert_scale, SCALE_DTYPES),
    ):
        if not isinstance(tensor, torch.Tensor):
            raise TypeError(f"{name}: got {type(tensor).__name__}, want a torch.Tensor")
        if tensor.dtype not in dtypes:
            wanted = ", ".join(str(dtype).removeprefix("torch.") for dtype in dtypes)
            got = str(tensor.dtype).removeprefix("torch.")
            raise TypeError(f"{name}: got dtype {got}, want one of {wanted}")
    # bool is a subclass of int, and topk=True is a slip rather than K = 1.
    if isinstance(topk, bool) or not isinstance(topk, int | torch.SymInt):
        raise TypeError(f"topk: got {type(topk).__name__}, want an int")


def _shape(tensor: torch.Tensor) -> str:
    return str(tuple(tensor.shape))


def _surely(condition: bool | torch.SymBool) -> bool:
    """Whether the condition is known to hold; an undecidable one under tracing does not."""
    if isinstance(condition, bool):
        return condition
    # Needs sympy, which a plain call must not import.
    from torch.fx.experimental.symbolic_shapes import guard_or_false

    return guard_or_false(condition)
