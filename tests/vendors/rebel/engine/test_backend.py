"""The emulated compiler as a backend of torch.compile: it runs graphs, and owns KV caches."""

import pytest
import torch

from conformance.generation.where import WHERE
from conformance.vendors.rebel.engine.compiler.backend import rbln_backend
from conformance.vendors.rebel.engine.compiler.memory import MEMORY, CompilerMemory
from conformance.vendors.rebel.engine.compiler.runtime import block_axis


@torch.library.custom_op("conformance_test::append", mutates_args=("cache",))
def append(cache: torch.Tensor, row: torch.Tensor) -> torch.Tensor:
    """Put `row` (D,) into the first row of `cache` (N, D) that is NaN; the sum of all rows."""
    WHERE.called("append")
    cache[int(cache[:, 0].isnan().float().argmax())] = row
    return cache.nan_to_num().sum(0)


@append.register_fake
def _(cache: torch.Tensor, row: torch.Tensor) -> torch.Tensor:
    return torch.empty_like(row)


class Layer(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.cache = torch.empty(4, 3, device="meta")

    def forward(self, row: torch.Tensor) -> torch.Tensor:
        return append(self.cache, row)


class Model(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layers = torch.nn.ModuleList(Layer() for _ in range(2))

    def forward(self, row: torch.Tensor) -> torch.Tensor:
        for layer in self.layers:
            row = layer(row)
        return row


@pytest.fixture
def model():
    torch.compiler.reset()
    WHERE.clear()
    made = Model()
    yield made
    MEMORY.release(layer.cache for layer in made.layers)


def test_what_a_graph_writes_to_the_compilers_caches_is_there_in_the_next_call(model):
    compiled = torch.compile(model, backend=rbln_backend, fullgraph=True)
    first, second = compiled(torch.ones(3)), compiled(torch.ones(3))
    assert first.tolist() == [1, 1, 1]
    assert second.tolist() == [3, 3, 3]  # the first layer gives 2, the second 1 + 2


def test_unwritten_memory_of_the_compilers_caches_is_nan(model):
    torch.compile(model, backend=rbln_backend)(torch.ones(3))
    memory = MEMORY.real(model.layers[0].cache)
    assert memory[0].tolist() == [1, 1, 1] and bool(memory[1:].isnan().all())


def test_calls_are_counted_by_decoder_layer(model):
    compiled = torch.compile(model, backend=rbln_backend, fullgraph=True)
    compiled(torch.ones(3))
    assert [(each.name, each.layer, each.count) for each in WHERE.calls()] == [
        ("append", 0, 1),
        ("append", 1, 1),
    ]
    assert WHERE.layer is None


def test_settings_of_the_compiler_change_nothing(model):
    settings = {"mode": ["strict"], "cache_dir": "/nowhere", "mega_cache_only": True}
    compiled = torch.compile(model, backend=rbln_backend, options=settings)
    assert compiled(torch.ones(3)).tolist() == [1, 1, 1]


@pytest.mark.parametrize("shape", [(2, 5, 1, 1, 4, 3), (5, 2, 1, 1, 4, 3)])
def test_rows_of_a_block_are_copied_in_all_caches_of_a_graph(shape):
    holder, caches = [], [torch.empty(shape, device="meta") for _ in range(2)]
    graph = torch.fx.symbolic_trace(lambda one, other: (one + 0, other + 0))
    settings = {"options": {"_runtime_holder": holder}}
    run = rbln_backend(graph, caches, **settings)
    axis = 1 if shape[0] == 2 else 0
    for number, cache in enumerate(caches):
        MEMORY.real(cache).select(axis, 3).fill_(number)
    run(*caches)
    holder[0]._copy_kv_cache(3, 1, 2)
    for number, cache in enumerate(caches):
        block = MEMORY.real(cache).select(axis, 1)
        assert bool((block[..., :2, :] == number).all()) and bool(block[..., 2:, :].isnan().all())
    MEMORY.release(caches)


def test_a_cache_of_two_blocks_leaves_open_which_axis_counts_them():
    with pytest.raises(ValueError, match="which axis counts blocks"):
        block_axis((2, 2, 1, 1, 4, 3))


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float8_e4m3fn])
def test_views_of_one_cache_share_its_memory(dtype):
    memory = CompilerMemory()
    raw = torch.empty(24, dtype=torch.uint8, device="meta")
    typed = raw[: 6 * dtype.itemsize].view(dtype).view(2, 3)
    assert bool(memory.real(typed).float().isnan().all())
    memory.real(typed)[1, 2] = 2.0
    assert memory.real(typed.T)[2, 1] == 2.0
    assert len(memory) == 1
    memory.release([raw])
    assert len(memory) == 0


def test_tensors_with_memory_of_their_own_stay_themselves():
    tensor = torch.zeros(2)
    assert CompilerMemory().real(tensor) is tensor
