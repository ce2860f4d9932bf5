"""What the operators owe: a contract each, all from one table."""

from conformance.contract import (
    Axis,
    Budget,
    Choice,
    Contract,
    Expression,
    Grid,
    Operator,
    Output,
    Release,
    Role,
    TensorArgument,
)

from .aspects import ASPECTS
from .reference import OUTPUT, reference
from .scene import FORM, MASK_WORDS, PADDING, START_WORDS, TABLE_WORDS, WINDOW_WORDS, scene
from .table import KINDS, Kind

_FLOATS = ("float32", "bfloat16", "float16")
_INTEGERS = ("int32", "int16")

_SOURCE = (
    "float32 internals: each score errs by a few ulp of the sum of its products' sizes, each "
    "weight by as much again, the weighted sum by a few ulp more; 16 ulp cover sums over a head "
    "and a sequence in any order"
)
_NARROW = (
    "twice the rounding of an implementation that keeps scores, weights and output in this dtype, "
    "as the plain one in this dtype does"
)
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


def _axes(kind: Kind) -> tuple[Axis, ...]:
    slots = (1, 2, 3, 7, 8, 15, 16, 17, 31, 32, 33, 63, 64, 65, 128, 1024)
    heads = (1, 2, 3, 4, 5, 7, 8, 12, 16)
    axes = [
        Axis(
            "D", "size of a head", most=256, usual=64,
            edges=(1, 2, 3, 8, 16, 17, 31, 32, 33, 48, 63, 64, 65, 80, 96, 100, 127, 128, 129, 160,
                   192, 255, 256), drawn=8,
        ),
        Axis("H", "heads of keys and values", usual=2, edges=heads, drawn=4),
    ]  # fmt: skip
    if kind.window:
        axes.append(Axis("W", "window, and slots of a block", usual=16, edges=slots, drawn=24))
    else:
        axes.append(Axis("P", "slots of a block", usual=16, edges=slots, drawn=24))
    if kind.partitioned:
        parts = (1, 2, 3, 4, 5, 8, 16, 33)
        axes.append(Axis("NP", "blocks of a sequence", usual=3, edges=parts, drawn=4))
    if kind.decode:
        batch = (1, 2, 3, 4, 5, 8, 17, 33)
        axes.append(Axis("NB", "sequences of the batch", usual=3, edges=batch, drawn=4))
    spare = (0, 1, 2, 5, 254, 255, 256, 300, 33000)
    axes.append(Axis("SPARE", "blocks of nobody", least=0, usual=2, edges=spare, drawn=6))
    if kind.several_tokens:
        chunk = (1, 2, 3, 7, 8, 15, 16, 17, 31, 32, 33, 64, 128)
        tokens = (1, 2, 3, 4) if kind.decode else chunk
        axes.append(
            Axis(
                "L", "new tokens of a sequence", usual=1 if kind.decode else 8, edges=tokens,
                drawn=4 if kind.decode else 12,
            )
        )  # fmt: skip
    if kind.sinks:
        axes.append(Axis("S", "sinks of a query head", usual=1, edges=(1, 2, 3), drawn=3))
    axes.append(Axis("G", "query heads to a head of keys", usual=2, edges=heads, drawn=4))
    return tuple(axes)


def _arguments(kind: Kind) -> tuple[TensorArgument, ...]:
    rows = "NB" if kind.decode else 1
    tokens = "L" if kind.several_tokens else 1
    parts = "NP" if kind.partitioned else 1
    slots = "W" if kind.window else "P"
    blocks = " + ".join(
        ["1", " * ".join(a for a in (rows, parts) if isinstance(a, str)) or "1", "SPARE"]
    )
    new = ("token-major",)
    first = "cache_seq_len" if kind.window else "seq_idx"
    window = ("mixed", WINDOW_WORDS)
    known = (
        TensorArgument(
            "query", (rows, "H", "G", tokens, "D"), _FLOATS, "queries of the new tokens",
            stress=("large", "large-negative", "zeros", "denormal"), owed_layouts=new,
        ),
        TensorArgument(
            "key", (rows, "H", 1, tokens, "D"), _FLOATS, "keys of the new tokens", Role.NEW_STATE,
            stress=("large", "positive", "negative"), same_dtype="query", state="kv_cache",
            owed_layouts=new,
        ),
        TensorArgument(
            "value", (rows, "H", 1, tokens, "D"), _FLOATS, "values of the new tokens",
            Role.NEW_STATE, stress=("large", "zeros"), same_dtype="query", state="kv_cache",
            owed_layouts=new,
        ),
        TensorArgument(
            "kv_cache", (2, blocks, "H", 1, slots, "D"), _FLOATS, "keys and values by block",
            Role.STATE, stress=("large", "positive"),
        ),
        TensorArgument(
            "mask", (rows, 1, 1, tokens, f"{parts} * P"), ("float32", "float16"),
            "above zero: the token of the row sees that of the column", Role.MASK, "causal",
            MASK_WORDS,
        ),
        TensorArgument(
            "seq_idx", (rows, parts), _INTEGERS,
            "tokens held, in each block of a sequence or altogether", Role.INDEX, "mixed",
            START_WORDS, flexible=("NP",),
        ),
        TensorArgument(
            "cache_seq_len", (rows, 1), _INTEGERS, "tokens in the window", Role.INDEX, *window
        ),
        TensorArgument(
            "cache_offset", (rows, 1), _INTEGERS, "the same with the new tokens", Role.INDEX,
            "after", same_dtype=first,
        ),
        TensorArgument(
            "block_table", (rows, parts) if kind.decode else (parts,), _INTEGERS,
            "the block of each part of a sequence; 0 where there is none", Role.BLOCK_TABLE,
            "scattered", TABLE_WORDS, same_dtype=first, flexible=("NP",),
        ),
        TensorArgument(
            "qk_scale", (), ("float32",), "factor on scores", Role.SCALE, "fraction",
            ("negative", "ones", "zero"),
        ),
        TensorArgument(
            "sinks", ("H * G", "S"), ("float32",), "logits of each query head that take weight",
            stress=("large", "negative"),
        ),
        *(
            TensorArgument(name, (), ("float32",), "not looked at", Role.PLACEHOLDER, "fraction")
            for name in ("dummy", "dummy0")
        ),
    )  # fmt: skip
    by_name = {argument.name: argument for argument in known}
    return tuple(by_name[name] for name in kind.arguments)


def _choices(kind: Kind) -> tuple[Choice, ...]:
    choices = []
    if kind.decode:
        rows = ("none", "one-row", "most-rows")
        choices.append(Choice(PADDING, rows, "rows at the end of the batch without a sequence"))
    elif kind.window:
        tokens = ("none", "one-token", "most-tokens")
        choices.append(Choice(PADDING, tokens, "rows at the end of the chunk without a token"))
    if kind.partitioned:
        forms = ("partitions", "absolute")
        choices.append(Choice(FORM, forms, "seq_idx counts in each block, or altogether"))
    return tuple(choices)


def _constraints(kind: Kind) -> tuple[Expression, ...]:
    if not kind.several_tokens or kind.window:
        return ()
    # A chunk across a border would have to be stored to two blocks: callers align chunks.
    return (Expression("L <= NP * P" if kind.crossing else "L <= P"),)


def _grids(kind: Kind) -> tuple[Grid, ...]:
    served = {"D": (128,), "H": (8,), "G": (2,), "W" if kind.window else "P": (1024,)}
    if kind.several_tokens:
        served["L"] = (1,) if kind.decode else (128,)
    # One sequence and no spare block: the cache is large enough as it is.
    served |= {name: (1,) for name in ("NB",) if kind.decode}
    served |= {"SPARE": (0,)} | ({"NP": (2,)} if kind.partitioned else {})
    return (Grid("Qwen3-0.6B as vllm-rbln serves it", served, "query", ("float32",)),)


def contract(kind: Kind) -> Contract:
    """The contract of an operator."""
    family, _, phase = kind.name.rpartition("_")
    summary = _SUMMARIES[family.removesuffix("_naive").replace("_sinks", "")]
    tokens = "L" if kind.several_tokens else 1
    return Contract(
        name=kind.name,
        summary=f"{phase}: {summary}" + ("; with sinks" if kind.sinks else ""),
        axes=_axes(kind),
        arguments=_arguments(kind),
        outputs=(
            Output(
                OUTPUT, ("NB" if kind.decode else 1, "H", "G", tokens, "D"), "query",
                "attention of the new tokens", budget=_BUDGETS,
            ),
        ),
        reference=reference(kind),
        constraints=_constraints(kind),
        grids=_grids(kind),
        scene=scene(kind),
        choices=_choices(kind),
        combinations=(
            {"query": "large-negative", "key": "positive", "kv_cache": "positive"},
            {"query": "large", "key": "large", "kv_cache": "large", "qk_scale": "ones"},
        ),
    )  # fmt: skip


def _operator(kind: Kind) -> Operator:
    here = "conformance_kernels.rbln_attention"
    subjects = {
        "triton": f"{here}.triton_attention:KERNELS[{kind.name}]",
        "torch": f"{here}.torch_attention:PLAIN[{kind.name}]",
    }
    if kind.sinks:
        return Operator(contract(kind), subjects)
    subjects["registered"] = f"{here}.operator:REGISTERED[{kind.name}]"
    release = Release(
        "vllm-rbln",
        ("vllm-rbln",),
        load=f"{here}.vendor:load",
        versions=f"{here}.released:VERSIONS",
    )
    return Operator(contract(kind), subjects, (release,), ASPECTS)


OPERATORS: dict[str, Operator] = {name: _operator(kind) for name, kind in KINDS.items()}


def __getattr__(name: str) -> Operator:
    """Each operator by its name, as entry points have it."""
    if name in OPERATORS:
        return OPERATORS[name]
    raise AttributeError(name)
