"""What the operators owe: a contract each, all from one table.

Importing this module imports no torch: what computes is named by text.
"""

from functools import partial

from conformance.contract import (
    Budget,
    Choice,
    Contract,
    Expression,
    Grid,
    Operator,
    Output,
    Promise,
    Release,
    imported,
)

from ..models import shapes_of_heads
from .axes import axes_of
from .measured import measured
from .releases.aspects import ASPECTS
from .releases.released import NAMESPACE
from .table import KINDS, OperatorKind
from .tensors import arguments_of
from .tuned import tuning
from .words import FORM, IDLE, OUTPUT, PADDING

_HERE = "conformance_kernels.rbln_attention"

_SOURCE = (
    "float32 internals: each score errs by a few ulp of the sum of its products' sizes, each "
    "weight by as much again, the weighted sum by a few ulp more; 16 ulp cover sums over a head "
    "and a sequence in any order"
)
_NARROW = (
    "twice the rounding of an implementation that keeps scores, weights and output in this dtype, "
    "as the plain one in this dtype does"
)
_VIEWED = "vllm_rbln/v1/attention/backends/flash_attention.py:1770 of vllm-rbln 0.11.0"
_BUDGETS = {
    "float32": Budget(2.0**-23, 16 * 2.0**-24, _SOURCE),
    "bfloat16": Budget(2.0**-8, 2.0**-8, _NARROW),
    "float16": Budget(2.0**-10, 2.0**-10, _NARROW, smallest=2.0**-24),
}

_SUMMARIES = {
    "attention": "a mask says who sees whom, a sequence lies in one block",
    "causal_attention": "causal, a sequence lies in one block",
    "flash_attention": "a mask says who sees whom, sequences lie in NP blocks",
    "flash_causal_attention": "causal, sequences lie in NP blocks",
    "sliding_window_attention": "the last W tokens, kept in one block that is shifted",
}


def _choices(kind: OperatorKind) -> tuple[Choice, ...]:
    choices = []
    if kind.decode:
        rows = ("none", "one-row", "most-rows")
        meaning = "rows at the end of the batch without a sequence"
        if kind.window:
            rows, meaning = (*rows, IDLE), f"{meaning}; every second sequence without a token"
        choices.append(Choice(PADDING, rows, meaning))
    elif kind.window:
        tokens = ("none", "one-token", "most-tokens", IDLE)
        choices.append(Choice(PADDING, tokens, "rows at the end of the chunk without a token"))
    if kind.partitioned:
        forms = ("partitions", "absolute")
        choices.append(Choice(FORM, forms, "seq_idx counts in each block, or altogether"))
    return tuple(choices)


def _constraints(kind: OperatorKind) -> tuple[Expression, ...]:
    if not kind.several_tokens or kind.window:
        return ()
    # A chunk across a border would have to be stored to two blocks: callers align chunks.
    return (Expression("L <= NP * P" if kind.crossing else "L <= P"),)


def _grids(kind: OperatorKind) -> tuple[Grid, ...]:
    served = {"D": (128,), "H": (8,), "G": (2,), "W" if kind.window else "P": (1024,)}
    if kind.several_tokens:
        served["L"] = (1,) if kind.decode else (128,)
    # One sequence and no spare block: the cache is large enough as it is.
    served |= {name: (1,) for name in ("NB",) if kind.decode}
    served |= {"SPARE": (0,)} | ({"NP": (2,)} if kind.partitioned else {})
    small = {"D": (64,), "H": (1,), "W" if kind.window else "P": (2,), "SPARE": (33000,)}
    if kind.several_tokens:
        small["L"] = (1,)
    return (
        Grid("Qwen3-0.6B as vllm-rbln serves it", served, "query", ("float32",)),
        Grid("more blocks than 16 bits count", small, "query", ("float32",)),
    )


def contract(kind: OperatorKind) -> Contract:
    """The contract of an operator."""
    family, _, phase = kind.name.rpartition("_")
    summary = _SUMMARIES[family.removesuffix("_naive").replace("_sinks", "")]
    tokens = "L" if kind.several_tokens else 1
    return Contract(
        name=kind.name,
        summary=f"{phase}: {summary}" + ("; with sinks" if kind.sinks else ""),
        axes=axes_of(kind),
        arguments=arguments_of(kind),
        outputs=(
            Output(
                OUTPUT, ("NB" if kind.decode else 1, "H", "G", tokens, "D"), "query",
                "attention of the new tokens", budget=_BUDGETS, strides="like query",
                strides_source=_VIEWED,
            ),
        ),
        reference=partial(imported(f"{_HERE}.reference:defined"), kind),
        constraints=_constraints(kind),
        grids=_grids(kind),
        released=shapes_of_heads("H", "D", "G"),
        scene=partial(imported(f"{_HERE}.scene:set_scene"), kind),
        choices=_choices(kind),
        combinations=(
            {"query": "large-negative", "key": "positive", "kv_cache": "positive"},
            {"query": "large", "key": "large", "kv_cache": "large", "qk_scale": "ones"},
        ),
    )  # fmt: skip


def _operator(kind: OperatorKind) -> Operator:
    subjects = {
        "triton": f"{_HERE}.implementations.triton_attention:KERNELS[{kind.name}]",
        "torch": f"{_HERE}.implementations.torch_attention:PLAIN[{kind.name}]",
    }
    if kind.sinks:
        return Operator(contract(kind), subjects, measured=measured(kind))
    subjects["registered"] = f"{_HERE}.registration.operator:REGISTERED[{kind.name}]"
    release = Release(
        "vllm-rbln",
        ("vllm-rbln",),
        load=f"{_HERE}.releases.vendor:load",
        promise=f"{_HERE}.releases.promise:promise",
        versions=f"{_HERE}.releases.released:VERSIONS",
    )
    less = Promise(without=("sinks",) if kind.may_have_sinks else ())
    registered = {f"conformance_kernels::rbln_{kind.name}": less, f"{NAMESPACE}::{kind.name}": less}
    return Operator(
        contract(kind),
        subjects,
        (release,),
        ASPECTS,
        registered,
        measured=measured(kind),
        tuning=tuning(kind),
    )


OPERATORS: dict[str, Operator] = {name: _operator(kind) for name, kind in KINDS.items()}


def __getattr__(name: str) -> Operator:
    """Each operator by its name, as entry points have it."""
    if name in OPERATORS:
        return OPERATORS[name]
    raise AttributeError(name)
