"""A Triton kernel on the CPU, without a GPU and without a contract: ``python examples/lockstep.py``.

The kernel doubles a tensor. Its first version forgets the mask of a load, which reads behind the
tensor: the numbers are right, and no GPU would say anything.
"""

import torch
import triton
import triton.language as tl

from conformance.lockstep import MemoryFindings, lockstep


@triton.jit
def double(x, y, n, BLOCK: tl.constexpr, MASKED: tl.constexpr):
    column = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    if MASKED:
        value = tl.load(x + column, mask=column < n)
    else:
        value = tl.load(x + column)
    # breakpoint()  # stops here: `p value` prints numbers, `p value.in_program(1)` those of another
    tl.store(y + column, 2 * value, mask=column < n)


def doubled(x, masked=True):
    """Twice ``x``, a tensor of one dimension."""
    y = torch.empty_like(x)
    double[(triton.cdiv(len(x), 8),)](x, y, len(x), BLOCK=8, MASKED=masked)
    return y


@lockstep()
def test_double():
    """As a test: each call raises what its kernels did to memory."""
    x = torch.arange(11.0)
    assert torch.equal(doubled(x), 2 * x)


def main():
    x = torch.arange(11.0)
    with lockstep() as report:
        y = doubled(x, masked=False)
    print("right numbers:", torch.equal(y, 2 * x))
    print(report)
    for violation in report.violations:
        print(violation.kind, "at line", violation.line)
    test_double()
    try:
        with lockstep(raising=True):
            doubled(x, masked=False)
    except MemoryFindings as findings:
        print("raised:", len(findings.violations), "finding")


if __name__ == "__main__":
    main()
