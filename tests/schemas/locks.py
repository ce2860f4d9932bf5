"""Locks that tests speak of."""

from conformance.schemas.lock import Lock, LockedFunction, LockedKernel, LockedOperator, Switch
from conformance.schemas.schema import Argument, FakeResult
from conformance.schemas.text import parse_schema


def operator(text: str, **said: object) -> LockedOperator:
    """A locked operator with this schema."""
    return LockedOperator(parse_schema(text), **said)  # type: ignore[arg-type]


EVERYTHING = Lock(
    "ns",
    operators=(
        operator(
            'ns::append(Tensor(a!) cache, Tensor x, *, str how="a, = b") -> ()',
            tags=("needs_fixed_stride_order", "pt2_compliant_tag"),
            fake=(),
            registered="ns/ops.py",
            keys=("CPU", "CUDA"),
            body="0" * 64,
        ),
        operator(
            "ns::topk.out(Tensor gating, int k, *, Tensor(a!) out) -> (Tensor(a!), Tensor ids)",
            fake=(
                FakeResult(("gating.shape[0]", "k"), "gating.dtype", "contiguous"),
                FakeResult((), None, None),
            ),
        ),
    ),
    kernels=(
        LockedKernel(
            "ns.kernels:append_kernel",
            (Argument("cache_ptr", ""), Argument("BLOCK", "tl.constexpr", "128")),
            constexprs=("BLOCK",),
        ),
    ),
    functions=(
        LockedFunction(
            "ns.layer:route",
            (
                Argument("x", "torch.Tensor"),
                Argument("names", "dict[str, int]", "{'a': 1, 'b = c: d': 2}"),
                Argument("*rest", "Any"),
                Argument("k", "Literal[' = ']", "' = '", keyword_only=True),
                Argument("**more", ""),
            ),
            returns="tuple[torch.Tensor, torch.Tensor]",
        ),
        LockedFunction("ns.layer:short", (Argument("x", ""), Argument("k", "", "1", True))),
    ),
    switches=(Switch("NS_USE_KERNEL", "0"), Switch("NS_WORD", None)),
)
