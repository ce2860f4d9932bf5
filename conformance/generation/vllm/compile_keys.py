"""By which keys an engine looks compiled code up: what must change when a switch changes."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

#: Functions of torch that give a key and something beside it, with what each is called here.
_KEYS = (
    ("torch._functorch._aot_autograd.autograd_cache", "autograd_cache_key", "autograd"),
    ("torch._inductor.codecache", "compiled_fx_graph_hash", "inductor"),
)


@contextmanager
def looked_up(compiled: bool) -> Iterator[list[str]]:
    """While open, a list of keys in the order in which they are asked for, as ``CACHE:KEY``.

    Nothing is imported and noted unless ``compiled``.
    """
    found: list[str] = []
    if not compiled:
        yield found
        return
    originals = []
    for module_name, name, cache in _KEYS:
        module = import_module(module_name)
        original = getattr(module, name)
        originals.append((module, name, original))

        def noting(
            *arguments: Any, original: Any = original, cache: str = cache, **words: Any
        ) -> Any:
            result = original(*arguments, **words)
            found.append(f"{cache}:{result[0]}")
            return result

        setattr(module, name, noting)
    try:
        yield found
    finally:
        for module, name, original in originals:
            setattr(module, name, original)


def engine_keys(config: Any) -> list[str]:
    """The keys of vLLM's own cache, from the folders that it has chosen: ``vllm:KEY``."""
    keys = []
    for folder in (config.local_cache_dir, config.cache_dir):
        parts = Path(folder or "").parts
        root = "torch_aot_compile" if "torch_aot_compile" in parts else "torch_compile_cache"
        if root in parts and parts.index(root) + 1 < len(parts):
            keys.append(f"vllm:{parts[parts.index(root) + 1]}")
    return list(dict.fromkeys(keys))
