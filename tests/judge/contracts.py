"""Small contracts for the judge's tests, and what is told of their mistakes."""

import pytest

from conformance.contract import (
    Axis,
    Budget,
    Contract,
    ContractMistake,
    LeadingAxes,
    Output,
    Role,
    Selection,
    SizeArgument,
    TensorArgument,
)

EXACT = Budget(1e-6, 0.0, "one product")
ROWS, COLUMNS = Axis("M", "rows"), Axis("N", "columns")
X = TensorArgument("x", ("M", "N"), ("float32",), "numbers", refused_by="callers")
STATE = TensorArgument("s", ("M", "N"), ("float32",), "kept", role=Role.STATE)
Y = Output("y", ("M", "N"), "x", "twice x", budget=EXACT)
Q = Output("q", ("M",), "int32", "which column is largest")
DOUBLE = Contract("double", "2x", (ROWS, COLUMNS), (X,), (Y,), lambda x: (2 * x,))

PAIR = Contract(
    "pair", "2x, and the largest column",
    (ROWS, COLUMNS), (X,), (Y, Q), lambda x: (2 * x, x.argmax(-1)), independent="M",
)  # fmt: skip

KEPT = Contract(
    "kept", "2x, and one more than x in the state",
    (ROWS, COLUMNS), (X, STATE), (Y,), lambda x, s: (2 * x, x.float() + 1),
)  # fmt: skip

LEADING = Contract(
    "leading", "2x for any leading dimensions",
    (LeadingAxes("M", "rows"), COLUMNS),
    (TensorArgument("x", ("*M", "N"), ("float32",), "numbers"),),
    (Output("y", ("*M", "N"), "x", "twice x", budget=EXACT),),
    lambda x: (2 * x,), independent="M",
)  # fmt: skip


def top(x, k, ids):
    """The reference of :data:`TOP`."""
    return x.gather(-1, ids), ids


TOP = Contract(
    "top", "the K largest of each row, and where they are",
    (ROWS, COLUMNS, Axis("K", "selected", usual=2)),
    (X, SizeArgument("k", "K", "how many")),
    (
        Output("values", ("M", "K"), "x", "the largest", budget=EXACT, follows="ids"),
        Output("ids", ("M", "K"), "int64", "where", selection=Selection("x", "N", "K")),
    ),
    top, independent="M",
)  # fmt: skip


def mistake(action, *arguments, **keywords):
    """What is told of the mistake, after the contract's name."""
    with pytest.raises(ContractMistake) as raised:
        action(*arguments, **keywords)
    return str(raised.value).partition(", ")[2]
