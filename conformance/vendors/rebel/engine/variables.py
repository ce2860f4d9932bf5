"""Variables of an engine's process, and which of them the installed release reads."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from conformance.policy.cache_folder import cache_root
from conformance.vendors.rebel.engine.compiler.context import NPU

TUTORIAL = {
    "VLLM_RBLN_COMPILE_MODEL": "1",
    "VLLM_RBLN_COMPILE_STRICT_MODE": "1",
    "VLLM_RBLN_USE_VLLM_MODEL": "1",
    "VLLM_DISABLE_COMPILE_CACHE": "1",
    "VLLM_USE_V1": "1",
}
"""What the vendor's tutorial of custom kernels sets beside the switch of custom kernels itself."""

SWITCHES = ("RBLN_USE_CUSTOM_KERNEL", "VLLM_RBLN_KERNEL_MODE")
"""Names under which releases read the switch of custom kernels, and what turns it on and off."""
WORDS = {
    "RBLN_USE_CUSTOM_KERNEL": {"on": "1", "off": "0"},
    "VLLM_RBLN_KERNEL_MODE": {"on": "triton", "off": "torch_triton"},
}


def process_variables(emulated: bool) -> dict[str, str]:
    """Variables of the process, before those that the caller adds."""
    found = {
        **TUTORIAL,
        "HF_HUB_OFFLINE": "1",
        "VLLM_NO_USAGE_STATS": "1",
        "DO_NOT_TRACK": "1",
        "VLLM_ENABLE_V1_MULTIPROCESSING": "0",
        # The plugin refuses the other runner.
        "VLLM_USE_V2_MODEL_RUNNER": "0",
        "VLLM_CACHE_ROOT": str(cache_root() / "engines" / "vllm-rbln"),
        # torch sets it itself when it compiles: that is no doing of the plugin's.
        "TORCHINDUCTOR_CACHE_DIR": str(cache_root() / "engines" / "inductor"),
        "TORCH_COMPILE_DISABLE": "0",
    }
    if emulated:
        found |= {
            "OMP_NUM_THREADS": "1",
            "RBLN_FORCE_NPU_NAME": NPU,
            # torch knows no device of the type "rbln" here.
            "VLLM_RBLN_USE_DEVICE_TENSOR": "0",
            # Graphs are traced when they are first needed.
            "VLLM_RBLN_ENABLE_WARM_UP": "0",
            "VLLM_RBLN_NUMA": "0",
        }
    return found


def without_effect(given: Iterable[str], reads: frozenset[str]) -> tuple[str, ...]:
    """Variables of vLLM and its plugin that nobody reads, in the order of ``given``."""
    ours = ("VLLM_", "RBLN_USE_CUSTOM_KERNEL")
    return tuple(name for name in given if name.startswith(ours) and name not in reads)


def switch_variable(reads: frozenset[str]) -> str | None:
    """The variable that a release reads the switch of custom kernels from, if it reads one."""
    return next((name for name in SWITCHES if name in reads), None)


@cache
def variables_read() -> frozenset[str]:
    """Names that the source of the installed plugin and of vLLM's `envs` read."""
    plugin, vllm = _folder("vllm_rbln"), _folder("vllm")
    texts = [path.read_text("utf-8") for path in sorted(plugin.rglob("*.py"))]
    names = {name for text in texts if "environ" in text or "getenv" in text
             for name in reads_of(text)}  # fmt: skip
    envs = ast.parse((vllm / "envs.py").read_text("utf-8"))
    # vLLM reads most through helpers that take the name.
    names |= {word for word in _words(ast.walk(envs)) if word.startswith("VLLM_")}
    return frozenset(names)


def reads_of(text: str) -> set[str]:
    """Names that a source text reads from the environment: calls, subscripts and `in`."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Call(
                func=ast.Attribute(attr="get" | "getenv" | "pop", value=place), args=args
            ):
                if _is_environment(place):
                    found.update(_words(args[:1]))
            case ast.Subscript(value=place, slice=name) if _is_environment(place):
                found.update(_words([name]))
            case ast.Compare(left=name, ops=[ast.In()], comparators=[place]):
                if _is_environment(place):
                    found.update(_words([name]))
    return found


def _is_environment(node: ast.expr) -> bool:
    return ast.unparse(node) in ("os.environ", "environ", "os")


def _words(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _folder(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"the package {package} is not installed")
    return Path(spec.origin).parent
