"""Which operators have launch shapes to tune, and where these are kept. Data only; no torch."""

from functools import partial

from conformance.contract import Tuning, imported

from .measured import points_of
from .table import OperatorKind

_HERE = "conformance_kernels.rbln_attention"

TABLES = {
    "flash_causal_attention_naive_decode": "shapes/decode.json",
    "flash_causal_attention_naive_prefill": "shapes/prefill.json",
    "sliding_window_attention_naive_decode": "shapes/window_decode.json",
    "sliding_window_attention_naive_prefill": "shapes/window_prefill.json",
}
"""Files of launch shapes by the operators that they were measured with.

The others of their phase, over a paged cache or a window, are launched alike.
"""


def tuning(kind: OperatorKind) -> Tuning | None:
    """How the launch shapes of an operator are found; None where another one stands for it."""
    if kind.name not in TABLES:
        return None
    points = points_of(kind)
    sizes = ("NB",) if kind.decode else ("L",)
    return Tuning(
        table=f"{_HERE}:{TABLES[kind.name]}",
        points=points,
        candidates=imported(f"{_HERE}.tuning:candidates"),
        call=partial(imported(f"{_HERE}.tuning:call_with"), kind.name),
        up_to=(*sizes, "W" if kind.window else "NP"),
        fixed=tuple(
            name
            for name in points[0]
            if name in ("H", "G", "SPARE", "seq_idx_values", "cache_seq_len_values")
        ),
    )
