"""Operators of an installed liger-kernel, called as its users call them."""

import torch


def _seeded(*shapes):
    torch.manual_seed(0)
    return [torch.randn(*shape) for shape in shapes]


def rms_norm():
    from liger_kernel.ops.rms_norm import rms_norm_forward

    x, weight = _seeded((6, 64), (64,))
    result = rms_norm_forward(x, weight, 1e-6, 0.0, "llama", None)
    return result[0], result[2]


def layer_norm():
    from liger_kernel.ops.layer_norm import layer_norm_forward

    return layer_norm_forward(*_seeded((6, 60), (60,), (60,)), 1e-6)[0]


def softmax():
    from liger_kernel.ops.softmax import _softmax_forward

    return _softmax_forward(*_seeded((5, 48)))[0]


def swiglu():
    from liger_kernel.ops.swiglu import swiglu_forward

    return swiglu_forward(*_seeded((5, 48), (5, 48)))[-1]


def rope():
    from liger_kernel.ops.rope import rope_forward

    q, k, cos, sin = _seeded((2, 4, 5, 16), (2, 2, 5, 16), (1, 5, 16), (1, 5, 16))
    return rope_forward(q, k, cos, sin)[:2]


def cross_entropy():
    from liger_kernel.ops.cross_entropy import cross_entropy_forward

    (logits,) = _seeded((5, 40))
    target = torch.tensor([1, 2, -100, 7, 39])
    return cross_entropy_forward(logits, target, None, -100, 0.0, 0.1, "mean", None, False)[
        0
    ], logits


def kl_div():
    from liger_kernel.ops.kl_div import kldiv_forward_triton

    x, y = _seeded((4, 40), (4, 40))
    return kldiv_forward_triton(x.log_softmax(-1), y.softmax(-1), False, "batchmean", 1e-10)


def group_norm():
    from liger_kernel.ops.group_norm import group_norm_forward

    return group_norm_forward(
        torch.arange(48.0).reshape(2, 4, 6).sin(), 4, 2, *_seeded((4,), (4,)), 1e-5
    )[0]


def geglu():
    from liger_kernel.ops.geglu import geglu_forward

    gate, up = _seeded((5, 48), (5, 48))
    return geglu_forward(gate, up)[-1], torch.nn.functional.gelu(gate, approximate="tanh") * up
