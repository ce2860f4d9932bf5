"""Right operators of forms that a careless check flags."""

import torch

from .planted import Honest, define, floats, like_first, nothing

Tensor = torch.Tensor


def _decorator(namespace: str) -> None:
    @torch.library.custom_op(f"{namespace}::op", mutates_args=("state",))
    def op(x: Tensor, times: int, state: Tensor) -> Tensor:
        state.add_(1)
        return x * times

    op.register_fake(lambda x, times, state: torch.empty_like(x))


def _meta_key(namespace: str) -> None:
    library = define(namespace, "(Tensor x) -> Tensor", lambda x: x * 2)
    library.impl("op", lambda x: torch.empty_like(x), "Meta")


def _explicit(namespace: str) -> None:
    define(
        namespace, "(Tensor x) -> Tensor", lambda x: x * 2, like_first,
        key="CompositeExplicitAutograd",
    )  # fmt: skip


def _explicit_with_meta(namespace: str) -> None:
    library = define(
        namespace, "(Tensor x) -> Tensor", lambda x: x * 2, key="CompositeExplicitAutograd"
    )
    library.impl("op", lambda x: torch.empty_like(x), "Meta")


def _implicit(namespace: str) -> None:
    define(
        namespace, "(Tensor x) -> Tensor", lambda x: x.sin() * 2, key="CompositeImplicitAutograd"
    )


def _strides_of_nothing(namespace: str) -> None:
    def kernel(x: Tensor) -> Tensor:
        result = (x * 2).contiguous()
        if result.dim() == 2 and len(result) == 1:
            return result.as_strided(result.shape, (result.shape[1] * 7, 1))
        return result

    define(namespace, "(Tensor x) -> Tensor", kernel, lambda x: x.new_empty(x.shape))


def _clones(namespace: str) -> None:
    define(namespace, "(Tensor x) -> Tensor", lambda x: (x * 2).clone(), like_first)


def _float8(namespace: str) -> None:
    def kernel(x: Tensor) -> tuple[Tensor, Tensor]:
        scale = x.float().abs().amax() if x.numel() else x.new_zeros((), dtype=torch.float32)
        scale = torch.where(scale > 0, scale / 448, torch.ones_like(scale))
        return (x.float() / scale).to(torch.float8_e4m3fn), scale

    def fake(x: Tensor) -> tuple[Tensor, Tensor]:
        return torch.empty_like(x, dtype=torch.float8_e4m3fn), x.new_empty([], dtype=torch.float32)

    define(namespace, "(Tensor x) -> (Tensor, Tensor)", kernel, fake)


def _in_place(namespace: str) -> None:
    define(namespace, "(Tensor(a!) x, Tensor y) -> ()", _add, nothing)


def _add(x: Tensor, y: Tensor) -> None:
    x.add_(y)


def _view(namespace: str) -> None:
    def kernel(x: Tensor) -> Tensor:
        return x[1:]

    define(namespace, "(Tensor(a) x) -> Tensor(a)", kernel, kernel)


def _composite_view(namespace: str) -> None:
    define(
        namespace, "(Tensor(a) x) -> Tensor(a)", lambda x: x.unsqueeze(0),
        key="CompositeImplicitAutograd",
    )  # fmt: skip


def _cast(namespace: str) -> None:
    def kernel(x: Tensor, dtype: torch.dtype) -> Tensor:
        return x.to(dtype, copy=True)

    define(
        namespace, "(Tensor x, ScalarType dtype) -> Tensor", kernel,
        lambda x, dtype: torch.empty_like(x, dtype=dtype),
    )  # fmt: skip


def _float8_cache(namespace: str) -> None:
    def kernel(cache: Tensor, x: Tensor, slots: Tensor) -> None:
        cache[slots.long()] = x.to(cache.dtype)

    define(namespace, "(Tensor(a!) cache, Tensor x, Tensor slots) -> ()", kernel, nothing)


def _cache() -> tuple[Tensor, Tensor, Tensor]:
    return floats(6, 4).to(torch.float8_e4m3fn), floats(2, 4) + 1, torch.tensor([1, 4])


def _row() -> tuple[Tensor]:
    return (floats(4, 3),)


HONEST = (
    Honest("decorator", "custom_op: another alias letter, SymInt for int.", _decorator,
           lambda: (floats(4, 3), 2, floats(3))),
    Honest("meta-key", "A Meta kernel in place of register_fake.", _meta_key, _row),
    Honest("explicit", "The kernel is under CompositeExplicitAutograd.", _explicit, _row),
    Honest("explicit-with-meta", "CompositeExplicitAutograd with a Meta kernel.",
           _explicit_with_meta, _row),
    Honest("implicit", "CompositeImplicitAutograd: compilers take it apart.", _implicit, _row),
    Honest("strides-of-nothing", "Another stride along a size of 1.", _strides_of_nothing,
           lambda: (floats(1, 3),)),
    Honest("clones", "Results are fresh clones.", _clones, _row),
    Honest("float8", "Results of float8_e4m3fn.", _float8, _row),
    Honest("in-place", "An argument is written as declared, and nothing is returned.", _in_place,
           lambda: (floats(4), floats(4))),
    Honest("float8-cache", "A float8_e4m3fn argument is written, as declared.", _float8_cache,
           _cache, opcheck=False),
    Honest("view", "The result is a view, as declared.", _view, _row, opcheck=False),
    Honest("composite-view", "A view of views, as declared.", _composite_view, _row),
    Honest("cast", "An argument is a dtype.", _cast, lambda: (floats(4), torch.bfloat16)),
)  # fmt: skip
