"""Two parts of attention by exp(log-sum-exp), which is -inf (in FlashAttention 2: inf) if empty."""

from functools import partial

from conformance.contract import Answer, Axis, Budget, Contract, Output, Role, TensorArgument

from ..models import shapes_of_query_heads

_EMPTY, _O, _LSE = ("infinite", "negative-infinite", "large"), ("T", "H", "D"), ("H", "T")
_WHY = "weights exp(lse - lse of both) in fp32, where an lse of 64 is off by 4e-6; one rounding"
_BUDGET = {"float32": Budget(2**-23, 8e-6, _WHY), "bfloat16": Budget(2**-8, 8e-6, _WHY),
           "float16": Budget(2**-11, 8e-6, _WHY, smallest=2**-24)}  # fmt: skip
_LOGARITHM = Budget(2.4e-7, 1e-6, "fp32: logarithm of a sum between 1 and 2, and an addition")
_any = partial(TensorArgument, refused_by="callers")
_part = partial(_any, axes=_O, dtypes=tuple(_BUDGET), strides="dense")
_lse = partial(_any, axes=_LSE, dtypes=("float32",), meaning="its log-sum-exp")


def reference(prefix_output, prefix_lse, suffix_output, suffix_lse):
    p, s = (lse.where(lse < float("inf"), -float("inf")) for lse in (prefix_lse, suffix_lse))
    total = p.logaddexp(s)
    weights = ((lse - total).exp().nan_to_num(0).T[..., None] for lse in (p, s))
    parts = [w * o for w, o in zip(weights, (prefix_output, suffix_output), strict=True)]
    return Answer((sum(parts), total), {"output": sum(map(abs, parts))})


CONTRACT = Contract(
    "merge_attn_states", "attention over prefix and suffix, out of attention over each",
    (Axis("T", "tokens", least=0, usual=7), Axis("H", "heads", usual=3),
     Axis("D", "head size", usual=16, edges=(1, 64, 80, 96, 128, 192, 256, 257))),
    (_part("prefix_output", meaning="attention over the prefix"), _lse("prefix_lse", stress=_EMPTY),
     _part("suffix_output", meaning="over the suffix", same_dtype="prefix_output"),
     _lse("suffix_lse", stress=_EMPTY),
     _part("output", meaning="attention over both", same_dtype="prefix_output", role=Role.OUTPUT),
     _lse("output_lse", meaning="log-sum-exp of both", role=Role.OUTPUT, optional="given")),
    (Output("output", _O, "output", "zeros if both are empty", budget=_BUDGET),
     Output("output_lse", _LSE, "output_lse", "-inf if both are empty", budget=_LOGARITHM)),
    reference, independent="T", combinations=({"prefix_lse": _EMPTY[1], "suffix_lse": _EMPTY[1]},),
    released=shapes_of_query_heads("H", "D"),
)  # fmt: skip
