"""A contract with state as small as it can be: rows are appended to blocks, and summed up."""

from dataclasses import replace

import torch

from conformance.contract import (
    Answer,
    Axis,
    Budget,
    Choice,
    Contract,
    Expression,
    NoSuchScene,
    Output,
    Role,
    Scene,
    TensorArgument,
    names_in,
)
from conformance.execution.bench import Bench
from conformance.execution.cpu import LockstepCPU
from conformance.inputs.usual import usual_case

FLOATS = ("float32", "float16")
BUDGETS = {
    "float32": Budget(2.0**-22, 2.0**-22, "sums in float64, rounded once"),
    "float16": Budget(2.0**-10, 2.0**-10, "sums in float64, rounded once"),
}


def set_scene(situation):
    """Rows hold something in a block each; block 0 is nobody's, and that of padded rows."""
    axes, generator = situation.axes, situation.generator
    rows, room = axes["B"], axes["S"] - axes["L"]
    padded = min(1, rows - 1) if situation.words["padding"] == "one-row" else 0
    live = torch.arange(rows) < rows - padded
    starts = {
        "mixed": torch.randint(0, room + 1, (rows,), generator=generator),
        "0": torch.zeros(rows, dtype=torch.int64),
        "full": torch.full((rows,), room),
    }[situation.values["held"]]
    table = 1 + torch.arange(rows)
    if situation.values["table"] == "scattered":
        table = 1 + torch.randperm(rows, generator=generator)
    starts = torch.where(live, starts + situation.step * axes["L"], 0)
    if bool((starts > room).any()):
        raise NoSuchScene("no room for the next call")
    undefined = torch.ones(rows + 1, axes["H"], axes["S"], axes["D"], dtype=torch.bool)
    for start, block in zip(starts[live], table[live], strict=True):
        undefined[block, :, :start] = False
    ends = torch.where(live, starts + axes["L"], 0)
    values = {"held": starts, "ends": ends, "table": torch.where(live, table, 0)}
    return Scene(values, {"pool": undefined})


def reference(query, new, pool, held, ends, table, scale, dummy):
    """The sums, and the pool with the new rows in it; padded rows and block 0 are open."""
    pool, total, size = pool.clone(), query.clone(), query.abs()
    for row, (start, end, block) in enumerate(
        zip(held.tolist(), ends.tolist(), table.tolist(), strict=True)
    ):
        pool[block, :, start:end] = new[row, :, : end - start].to(pool.dtype)
        summed = pool[block, :, :end].double()
        total[row] += scale * summed.sum((0, 1))
        size[row] += scale.abs() * summed.abs().sum((0, 1))
    nobody = torch.zeros_like(pool, dtype=torch.bool)
    nobody[0] = True
    padded = (table == 0)[:, None].expand_as(total)
    return Answer((total, pool), magnitudes={"total": size}, open={"total": padded, "pool": nobody})


CONTRACT = Contract(
    name="append",
    summary="appends rows to blocks and sums up what each holds then",
    axes=(
        Axis("B", "sequences", usual=3, edges=(1, 2), drawn=4),
        Axis("H", "heads", usual=2, edges=(1,), drawn=3),
        Axis("S", "slots of a block", usual=8, edges=(1, 16), drawn=10),
        Axis("L", "new rows of a sequence", usual=2, edges=(1, 3), drawn=4),
        Axis("D", "numbers in a row", usual=4, edges=(1, 5), drawn=6),
    ),
    arguments=(
        TensorArgument("query", ("B", "D"), FLOATS, "where sums begin", stress=("large", "nan")),
        TensorArgument(
            "new", ("B", "H", "L", "D"), FLOATS, "new rows", Role.NEW_STATE,
            stress=("large",), same_dtype="query", state="pool", owed_layouts=("token-major",),
        ),
        TensorArgument("pool", ("B + 1", "H", "S", "D"), FLOATS, "rows by block", Role.STATE),
        TensorArgument(
            "held", ("B",), ("int32", "int16"), "rows held", Role.INDEX, "mixed", ("0", "full")
        ),
        TensorArgument(
            "ends", ("B",), ("int32", "int16"), "the same with the new ones", Role.INDEX, "after",
            same_dtype="held",
        ),
        TensorArgument(
            "table", ("B",), ("int32", "int16"), "the block of each", Role.BLOCK_TABLE,
            "scattered", ("ordered",), same_dtype="held",
        ),
        TensorArgument("scale", (), ("float32",), "factor on rows", Role.SCALE, "fraction"),
        TensorArgument("dummy", (), ("float32",), "not looked at", Role.PLACEHOLDER),
    ),
    outputs=(Output("total", ("B", "D"), "query", "sums", budget=BUDGETS),),
    reference=reference,
    constraints=(Expression("L <= S"),),
    scene=set_scene,
    choices=(Choice("padding", ("none", "one-row"), "rows without a sequence"),),
    combinations=({"query": "large", "new": "large"},),
)  # fmt: skip


def case(check="values", **sizes):
    """The usual case, with other sizes if they are given."""
    return usual_case(CONTRACT, check, **sizes)


def refuse_wrong_calls(query, new, pool, held, ends, table, scale):
    """What :func:`append` does first."""
    rows, heads, tokens, length = new.shape
    right = (
        query.shape == (rows, length)
        and pool.shape == (rows + 1, heads, pool.shape[2], length)
        and held.shape == ends.shape == table.shape == (rows,)
        and scale.numel() == 1
        and query.dtype in (torch.float32, torch.float16)
        and held.dtype == ends.dtype == table.dtype
        and held.dtype in (torch.int32, torch.int16)
        and bool((ends - held <= tokens).all())
    )
    if not right:
        raise ValueError("arguments do not fit together")


def append(query, new, pool, held, ends, table, scale, dummy):
    """The operator as it should be."""
    refuse_wrong_calls(query, new, pool, held, ends, table, scale)
    total = torch.empty_like(query)
    for row in range(len(query)):
        start, end, block = int(held[row]), int(ends[row]), int(table[row])
        pool[block, :, start:end] = new[row, :, : end - start].to(pool.dtype)
        summed = pool[block, :, :end].double().sum((0, 1))
        total[row] = query[row].double() + scale.double() * summed
    return total


def bench(function=append, contract=CONTRACT):
    """The operator, or another function, on the CPU."""
    return Bench(contract, function, LockstepCPU())


def without_scene(**changes):
    """The contract with neither scene nor what needs one, changed further."""
    arguments = tuple(a for a in CONTRACT.arguments if not getattr(a, "from_scene", False))
    fields = {"arguments": arguments, "scene": None, "choices": (), **changes}
    shapes = [a.axes for a in (*fields["arguments"], *fields.get("outputs", CONTRACT.outputs))]
    used = {name for shape in shapes for size in shape for name in names_in(size)}
    axes = tuple(axis for axis in CONTRACT.axes if axis.name in used)
    names = {argument.name for argument in fields["arguments"]}
    rest = {
        "axes": axes,
        "constraints": tuple(c for c in CONTRACT.constraints if c.names() <= used),
        "combinations": tuple(c for c in CONTRACT.combinations if set(c) <= names),
    }
    return replace(CONTRACT, **{**rest, **fields})
