"""The compiled kernels agree with the oracle; needs a GPU, `python -m pytest` on this file."""

import dataclasses

import pytest
import torch

from .cases import FAMILY, case
from .grid import CALLS, GRID

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")


@dataclasses.dataclass(frozen=True)
class _There:
    """Operators called on the device with a call's tensors; the cache comes back as it is."""

    functions: dict
    device: str = "cuda"

    def __getitem__(self, name):
        def operator(*tensors, **keywords):
            moved = [each.to(self.device) for each in tensors]
            cache = moved[3]
            there = {key: each.to(self.device) for key, each in keywords.items()}
            output = self.functions[name](*moved, **there)
            tensors[3].copy_(cache)
            return output.cpu()

        return operator


@pytest.mark.parametrize(
    ("name", "options"), [each for each in CALLS if not each.id.startswith("far")]
)
def test_the_compiled_kernels_are_right(name, options):
    from conformance_kernels.rbln_attention.implementations.triton_attention import KERNELS

    case(name, **options).run(_There(KERNELS))


@pytest.mark.parametrize("name", FAMILY)
def test_the_registered_operators_are_right(name):
    from conformance_kernels.rbln_attention.registration.operator import REGISTERED

    case(name).run(_There(REGISTERED))


@pytest.mark.parametrize("backend", ["aot_eager", "inductor"])
@pytest.mark.parametrize("name", FAMILY)
def test_the_registered_operators_can_be_compiled(name, backend):
    from conformance_kernels.rbln_attention.registration.operator import REGISTERED

    torch._dynamo.reset()
    compiled = torch.compile(
        lambda *tensors: REGISTERED[name](*tensors), backend=backend, fullgraph=True
    )
    case(name).run(_There({name: compiled}))


@pytest.mark.parametrize("name", FAMILY)
def test_a_call_waits_for_nothing(name):
    from conformance_kernels.rbln_attention.implementations.triton_attention import KERNELS

    tensors = [each.to("cuda") for each in case(name).arguments.values()]
    KERNELS[name](*tensors)
    torch.cuda.set_sync_debug_mode("error")
    try:
        KERNELS[name](*tensors)
    finally:
        torch.cuda.set_sync_debug_mode("default")


def test_offsets_beyond_32_bits():
    """Blocks so far apart that the last one begins behind 2**31 elements: 4.3 GB."""
    from conformance_kernels.rbln_attention.implementations.triton_attention import KERNELS

    for name, options in GRID["far"]:
        call = case(name, **{**options, "layout": "dense"})
        cache = call.arguments["kv_cache"]
        blocks, side = cache.shape[1], cache[0, 0].numel()
        step = 2**31 // (blocks - 1)
        memory = torch.zeros((blocks - 1) * step + 2 * side, dtype=cache.dtype, device="cuda")
        far = memory.as_strided(cache.shape, (side, step, *cache.stride()[2:]))
        far.copy_(cache)
        tensors = [
            far if key == "kv_cache" else each.to("cuda") for key, each in call.arguments.items()
        ]
        call.check_output(KERNELS[name](*tensors).cpu())
        cache.copy_(far)
        call.check_cache()


def test_few_tokens_of_many_query_heads_are_right_in_every_call():
    """128 rows and tiles of 16 new tokens: products raced while tiles were loaded ahead."""
    from conformance_kernels.rbln_attention.implementations.triton_attention import KERNELS

    sizes = {"heads": 4, "groups": 16, "length": 8, "size": 128, "slots": 16}
    for _ in range(20):
        case("causal_attention_naive_prefill", **sizes, dtype=torch.bfloat16).run(_There(KERNELS))
