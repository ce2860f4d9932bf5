"""rms_norm: the Triton kernel, and the function that callers use."""

import torch
import triton
import triton.language as tl

FLOATS = (torch.float32, torch.bfloat16, torch.float16)


@triton.jit
def _kernel(
    x_pointer, weight_pointer, y_pointer, row_stride, column_stride, weight_stride,
    N, eps, BLOCK: tl.constexpr,
):  # fmt: skip
    # A program for each row. 64 bits, since a row may lie further away than 32 bits can count.
    row = tl.program_id(0).to(tl.int64)
    lanes = tl.arange(0, BLOCK).to(tl.int64)
    squares = tl.zeros((BLOCK,), tl.float32)
    for start in range(0, N, BLOCK):
        columns = start + lanes
        place = row * row_stride + columns * column_stride
        x = tl.load(x_pointer + place, mask=columns < N, other=0.0).to(tl.float32)
        squares += x * x
    scale = tl.rsqrt(tl.sum(squares) / N + eps)
    for start in range(0, N, BLOCK):
        columns = start + lanes
        place = row * row_stride + columns * column_stride
        x = tl.load(x_pointer + place, mask=columns < N, other=0.0).to(tl.float32)
        place = weight_pointer + columns * weight_stride
        weight = tl.load(place, mask=columns < N, other=0.0).to(tl.float32)
        tl.store(y_pointer + row * N + columns, x * scale * weight, mask=columns < N)


def rms_norm(x: torch.Tensor, weight: torch.Tensor, eps: float) -> torch.Tensor:
    """x (..., N) over the root of the mean of its squares, times weight (N,); y is like x."""
    if x.dtype not in FLOATS:
        raise TypeError(f"x: got {x.dtype}, want one of {FLOATS}")
    if x.dim() == 0:
        raise ValueError("x: got a scalar, want at least one dimension")
    if weight.shape != x.shape[-1:] or weight.dtype not in FLOATS:
        raise ValueError(f"weight: got {weight.dtype} {tuple(weight.shape)}, want {x.shape[-1:]}")
    if not eps > 0:
        raise ValueError(f"eps: got {eps}, want a number above 0")
    y = torch.empty(x.shape, dtype=x.dtype, device=x.device)
    if y.numel() == 0:
        return y
    rows = x.reshape(-1, x.shape[-1])
    count, N = rows.shape
    with torch.cuda.device_of(x):  # Triton launches on the current device
        _kernel[(count,)](
            rows, weight, y, *rows.stride(), weight.stride(0),
            N, eps, BLOCK=min(1024, triton.next_power_of_2(N)),
        )  # fmt: skip
    return y
