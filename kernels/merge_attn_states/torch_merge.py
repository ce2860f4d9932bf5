"""Merging two partial results of attention in plain torch, float32 inside."""

import torch

Lse = torch.Tensor | None


def merge(
    prefix_output: torch.Tensor,
    prefix_lse: torch.Tensor,
    suffix_output: torch.Tensor,
    suffix_lse: torch.Tensor,
    output: torch.Tensor,
    output_lse: Lse = None,
) -> None:
    """Write the merged attention (T, H, D) to ``output`` and its log-sum-exp (H, T), if asked.

    Log-sum-exps are float32; inf and -inf say that a part is empty.
    """
    check(prefix_output, prefix_lse, suffix_output, suffix_lse, output, output_lse)
    prefix, suffix = empty_as_negative(prefix_lse), empty_as_negative(suffix_lse)
    both = torch.logaddexp(prefix, suffix)
    merged = weighted(prefix_output, prefix, both) + weighted(suffix_output, suffix, both)
    output.copy_(merged)
    if output_lse is not None:
        output_lse.copy_(both)


def check(
    prefix_output: torch.Tensor,
    prefix_lse: torch.Tensor,
    suffix_output: torch.Tensor,
    suffix_lse: torch.Tensor,
    output: torch.Tensor,
    output_lse: Lse,
) -> None:
    """Raise ``ValueError`` or ``TypeError`` for tensors that do not belong together."""
    tokens, heads = prefix_output.shape[:2]
    for name, tensor in (("suffix_output", suffix_output), ("output", output)):
        if (tensor.shape, tensor.dtype) != (prefix_output.shape, prefix_output.dtype):
            raise ValueError(f"{name}: it is not like prefix_output")
    if not prefix_output.is_floating_point():
        raise TypeError(f"prefix_output: got {prefix_output.dtype}, want a floating point dtype")
    lses = {"prefix_lse": prefix_lse, "suffix_lse": suffix_lse, "output_lse": output_lse}
    for name, lse in lses.items():
        if lse is not None and (lse.shape, lse.dtype) != ((heads, tokens), torch.float32):
            raise ValueError(f"{name}: want float32 of shape {(heads, tokens)}")


def empty_as_negative(lse: torch.Tensor) -> torch.Tensor:
    """The log-sum-exp with -inf for every empty part."""
    return torch.where(lse == torch.inf, -torch.inf, lse)


def weighted(output: torch.Tensor, lse: torch.Tensor, both: torch.Tensor) -> torch.Tensor:
    """A part's share of the merged attention, zero where it is empty; float32."""
    weight = torch.where(lse == -torch.inf, 0.0, (lse - both).exp())
    return output.float() * weight.T[..., None]
