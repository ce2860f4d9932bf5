"""Right operators whose calls have a form that a careless check cannot make or compare."""

import torch

from .planted import Honest, define, floats, like_first

Tensor = torch.Tensor


def _optional(namespace: str) -> None:
    def kernel(x: Tensor, bias: Tensor | None = None) -> Tensor:
        return x * 2 if bias is None else x * 2 + bias

    define(namespace, "(Tensor x, Tensor? bias=None) -> Tensor", kernel, like_first)


def _lists(namespace: str) -> None:
    define(
        namespace, "(Tensor[] parts) -> Tensor[]", lambda parts: [p * 2 for p in parts],
        lambda parts: [torch.empty_like(p) for p in parts],
    )  # fmt: skip


def _out(namespace: str) -> None:
    def kernel(x: Tensor, *, out: Tensor) -> Tensor:
        return out.copy_(x * 2)

    define(namespace, "(Tensor x, *, Tensor(a!) out) -> Tensor(a!)", kernel, _out_fake)


def _out_fake(x: Tensor, *, out: Tensor) -> Tensor:
    return out


def _scalars(namespace: str) -> None:
    def kernel(
        x: Tensor, scale: float, shift: int, negate: bool = False, mode: str = "none"
    ) -> Tensor:
        result = x * scale + shift
        result = result.round() if mode == "round" else result
        return -result if negate else result

    schema = '(Tensor x, float scale, int shift, bool negate=False, str mode="none") -> Tensor'
    define(namespace, schema, kernel, lambda x, *rest, **keywords: torch.empty_like(x))


def _sizes(namespace: str) -> None:
    define(
        namespace, "(Tensor x, SymInt[] shape) -> Tensor",
        lambda x, shape: x.new_ones(shape), lambda x, shape: x.new_empty(shape),
    )  # fmt: skip


def _keyword_only(namespace: str) -> None:
    def kernel(x: Tensor, *, scale: float = 2.0, shift: int = 0) -> Tensor:
        return x * scale + shift

    define(
        namespace, "(Tensor x, *, float scale=2.0, int shift=0) -> Tensor", kernel,
        lambda x, *, scale=2.0, shift=0: torch.empty_like(x),
    )  # fmt: skip


def _triton_op(namespace: str) -> None:
    @torch.library.triton_op(f"{namespace}::op", mutates_args=())
    def op(x: Tensor) -> Tensor:
        return x * 2

    op.register_fake(lambda x: torch.empty_like(x))


def _gradient(namespace: str) -> None:
    library = define(namespace, "(Tensor x) -> Tensor", lambda x: x * x, like_first)
    torch.library.register_autograd(
        f"{namespace}::op",
        lambda ctx, gradient: gradient * 2 * ctx.saved_tensors[0],
        setup_context=lambda ctx, inputs, output: ctx.save_for_backward(inputs[0]),
        lib=library,
    )


def _refuses_gradients(namespace: str) -> None:
    library = define(namespace, "(Tensor x) -> Tensor", lambda x: x * 2, like_first)

    def refuse(ctx, gradient: Tensor) -> Tensor:
        raise NotImplementedError(f"{namespace}::op has no backward pass")

    torch.library.register_autograd(f"{namespace}::op", refuse, lib=library)


def _batches(namespace: str) -> None:
    def kernel(x: Tensor) -> Tensor:
        return x / (x.abs().sum() + 1)

    library = define(namespace, "(Tensor x) -> Tensor", kernel, like_first)

    def batched(info, dimensions, x: Tensor) -> tuple[Tensor, int]:
        moved = x.movedim(dimensions[0], 0)
        return torch.stack([kernel(each) for each in moved]), 0

    torch.library.register_vmap(f"{namespace}::op", batched, lib=library)


def _rows() -> tuple[Tensor]:
    return (floats(4, 3),)


HONEST_CALLS = (
    Honest("optional", "A tensor may be left out.", _optional, lambda: (floats(4), floats(4))),
    Honest("lists", "Lists of tensors, as argument and result.", _lists,
           lambda: ([floats(4), floats(2, 2)],)),
    Honest("out", "The result is written into an argument, as declared.", _out,
           lambda: {"x": floats(4), "out": torch.zeros(4)}, opcheck=False),
    Honest("scalars", "Numbers, a flag and a word, with defaults.", _scalars,
           lambda: (floats(4), 0.5, 1, True, "round")),
    Honest("sizes", "A shape is an argument.", _sizes, lambda: (floats(2), [3, 2])),
    Honest("keyword-only", "Arguments that are given by name only.", _keyword_only, _rows),
    Honest("triton-op", "Registered with triton_op.", _triton_op, _rows),
    Honest("gradient", "A right gradient is registered.", _gradient, _rows),
    Honest("refuses-gradients", "The backward pass raises and says so.", _refuses_gradients,
           _rows),
    Honest("batches", "A right rule for vmap is registered.", _batches, _rows),
)  # fmt: skip
