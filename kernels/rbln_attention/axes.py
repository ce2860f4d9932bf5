"""The sizes of the operators' calls, and those that broke kernels before."""

from functools import partial

from conformance.contract import Axis

from .table import OperatorKind

_OfModel = partial(Axis, of_model=True)


def axes_of(kind: OperatorKind) -> tuple[Axis, ...]:
    """Those that an operator's calls have, in the order in which they are drawn."""
    slots = (1, 2, 3, 7, 8, 15, 16, 17, 31, 32, 33, 63, 64, 65, 128, 1024)
    heads = (1, 2, 3, 4, 5, 7, 8, 12, 16)
    axes = [
        _OfModel(
            "D", "size of a head", most=256, usual=64,
            edges=(1, 2, 3, 8, 16, 17, 31, 32, 33, 48, 63, 64, 65, 80, 96, 100, 127, 128, 129, 160,
                   192, 255, 256), drawn=8,
        ),
        _OfModel("H", "heads of keys and values", usual=2, edges=heads, drawn=4),
    ]  # fmt: skip
    if kind.window:
        axes.append(
            Axis(
                "W", "window, and slots of a block", usual=16, edges=slots, drawn=24, of_model=True
            )
        )
    else:
        axes.append(_OfModel("P", "slots of a block", usual=16, edges=slots, drawn=24))
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
    if kind.sinks or kind.may_have_sinks:
        axes.append(Axis("S", "sinks of a query head", usual=1, edges=(1, 2, 3), drawn=3))
    axes.append(Axis("G", "query heads to a head of keys", usual=2, edges=heads, drawn=4))
    return tuple(axes)
