"""Lies about where a kernel is, and what is used in its place."""

import torch

from .planted import Fault, define, floats, like_first

Tensor = torch.Tensor


def _cuda_only(namespace: str) -> None:
    define(namespace, "(Tensor x) -> Tensor", lambda x: x * 2, like_first, key="CUDA")


def _other_decomposition(namespace: str) -> None:
    library = define(namespace, "(Tensor x) -> Tensor", lambda x: x * 2, like_first)
    library.impl("op", lambda x: x * 2 + 1, "Functionalize")


def _other_when_compiled(namespace: str) -> None:
    def kernel(x: Tensor) -> Tensor:
        if torch.compiler.is_compiling() and not x.is_contiguous() and x.dim() == 2:
            # As if the rows followed one another in memory.
            return x.as_strided(x.shape, (x.shape[1], 1)) * 2
        return x * 2

    define(namespace, "(Tensor x) -> Tensor", kernel, key="CompositeImplicitAutograd")


def _wrong_gradient(namespace: str) -> None:
    library = define(namespace, "(Tensor x) -> Tensor", lambda x: x * x, like_first)

    def backward(ctx, gradient: Tensor) -> Tensor:
        (x,) = ctx.saved_tensors
        return gradient * x  # a factor of 2 is lost

    def remember(ctx, inputs, output) -> None:
        ctx.save_for_backward(inputs[0])

    torch.library.register_autograd(
        f"{namespace}::op", backward, setup_context=remember, lib=library
    )


def _wrong_batches(namespace: str) -> None:
    library = define(namespace, "(Tensor x) -> Tensor", _by_its_sum, like_first)

    def batched(info, dimensions, x: Tensor) -> tuple[Tensor, int | None]:
        return _by_its_sum(x), dimensions[0]  # over the sum of the whole batch

    torch.library.register_vmap(f"{namespace}::op", batched, lib=library)


def _by_its_sum(x: Tensor) -> Tensor:
    return x / (x.abs().sum() + 1)


def _square() -> tuple[Tensor]:
    return (floats(4, 4),)


FAULTS = (
    Fault("cuda-only", "The only kernel is for CUDA.", ("dispatch",), _cuda_only, _square,
          opcheck=False),
    Fault("other-decomposition", "What compilers take it apart into is something else.",
          ("compiled",), _other_decomposition, _square, opcheck=False),
    Fault("other-when-compiled", "Compiled, it reads a transposed argument as row-major.",
          ("compiled",), _other_when_compiled, lambda: (floats(4, 4).t(),), opcheck=True),
    Fault("wrong-gradient", "The gradient lacks a factor of 2.", ("autograd",), _wrong_gradient,
          _square, opcheck=True),
    Fault("wrong-batches", "The rule for vmap divides by the sum over the batch.", ("vmap",),
          _wrong_batches, _square, opcheck=True),
)  # fmt: skip
