"""How much faster lockstep runs vLLM's Gemma4 routing kernel than Triton's interpreter, and whether
bits agree.

    python benchmarks/lockstep_vs_interpreter.py --vllm /path/to/unpacked/wheel [--json FILE]

``--vllm`` names a folder that holds the package ``vllm``; without it an installed vLLM is used. The
kernel is read out of its source file, vLLM is not imported.
"""

from __future__ import annotations

import argparse
import ast
import importlib.util
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

KERNEL_FILE = "model_executor/models/gemma4.py"
FUNCTIONS = ("_gemma4_routing_kernel", "gemma4_fused_routing_kernel_triton")
EXPERTS, CHOSEN = 128, 8


def vllm_folder(given: str | None) -> Path:
    """The folder of the package ``vllm``; raises ``FileNotFoundError`` if there is none."""
    if given:
        return Path(given) / "vllm" if (Path(given) / "vllm").is_dir() else Path(given)
    found = importlib.util.find_spec("vllm")
    if found is None or found.origin is None:
        raise FileNotFoundError("vllm is not installed; name a folder with --vllm")
    return Path(found.origin).parent


def extract(folder: Path, target: Path) -> Path:
    """Write the routing kernel and its host function to a module of their own."""
    source = (folder / KERNEL_FILE).read_text()
    lines = source.splitlines(keepends=True)
    parts = ["import torch\nimport triton\nimport triton.language as tl\n"]
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef) and node.name in FUNCTIONS:
            first = min([node.lineno, *[each.lineno for each in node.decorator_list]])
            parts.append("".join(lines[first - 1 : node.end_lineno]))
    file = target / "gemma4_routing_of_vllm.py"
    file.write_text("\n\n".join(parts))
    return file


def route_of(file: Path) -> Callable[..., Any]:
    """The host function ``(gating, topk, scale) -> (weights, ids)`` of an extracted module."""
    specification = importlib.util.spec_from_file_location(file.stem, file)
    assert specification is not None and specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    sys.modules[file.stem] = module
    specification.loader.exec_module(module)
    return getattr(module, FUNCTIONS[1])


def inputs(tokens: int) -> tuple[Any, Any]:
    """Gating logits of shape (tokens, 128) and scales of shape (128,), fp32."""
    import torch

    generator = torch.Generator().manual_seed(tokens)
    return (
        torch.randn(tokens, EXPERTS, generator=generator),
        torch.rand(EXPERTS, generator=generator),
    )


def timed(route: Callable[..., Any], tokens: int) -> tuple[float, Any]:
    """Seconds of one call and its result."""
    gating, scale = inputs(tokens)
    start = time.perf_counter()
    result = route(gating, CHOSEN, scale)
    return time.perf_counter() - start, result


def interpreted(file: Path, tokens: int, result: Path) -> float:
    """Seconds that Triton's interpreter takes, in a process of its own.

    Its result is saved to ``result``.
    """
    code = (
        "import sys, torch; from pathlib import Path\n"
        f"sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "from lockstep_vs_interpreter import route_of, timed\n"
        f"route = route_of(Path({str(file)!r})); timed(route, 1)\n"
        f"seconds, values = timed(route, {tokens})\n"
        f"torch.save(values, {str(result)!r}); print(seconds)"
    )
    environment = {**os.environ, "TRITON_INTERPRET": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, check=True, capture_output=True, text=True
    )
    return float(done.stdout.split()[-1])


def measure(vllm: str | None, tokens: int, interpreter_tokens: int, repeats: int) -> dict[str, Any]:
    """All figures by name, times in milliseconds."""
    import torch

    from conformance.lockstep import lockstep

    with tempfile.TemporaryDirectory() as folder:
        file = extract(vllm_folder(vllm), Path(folder))
        route = route_of(file)
        with lockstep():
            first = timed(route, 1)[0]
            single = [timed(route, 1)[0] for _ in range(repeats * 3)]
            timed(route, tokens)
            many = [timed(route, tokens)[0] for _ in range(repeats)]
            ours = timed(route, interpreter_tokens)[1]
        saved = Path(folder) / "result.pt"
        slow = interpreted(file, interpreter_tokens, saved)
        theirs = torch.load(saved)
    each, each_interpreted = statistics.median(many) / tokens, slow / interpreter_tokens
    return {
        "experts": EXPERTS,
        "chosen": CHOSEN,
        "tokens": tokens,
        "interpreter_tokens": interpreter_tokens,
        "interpreter_ms_per_token": each_interpreted * 1e3,
        "lockstep_ms_per_token": each * 1e3,
        "ratio": each_interpreted / each,
        "first_launch_ms": first * 1e3,
        "single_token_launch_ms": statistics.median(single) * 1e3,
        "identical_bits": all(
            torch.equal(a.view(torch.int32), b.view(torch.int32))
            for a, b in zip(ours, theirs, strict=True)
        ),
    }


def table(figures: dict[str, Any]) -> str:
    """The figures as lines of text."""
    lines = []
    for name, value in figures.items():
        text = f"{value:.4g}" if isinstance(value, float) else str(value)
        lines.append(f"{name.replace('_', ' '):28} {text}")
    return "\n".join(lines)


def main() -> None:
    """Command line; see the top of the file."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--vllm", help="folder that holds the package vllm")
    parser.add_argument("--tokens", type=int, default=20000)
    parser.add_argument("--interpreter-tokens", type=int, default=4)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    options = parser.parse_args()
    figures = measure(options.vllm, options.tokens, options.interpreter_tokens, options.repeats)
    print(table(figures))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
