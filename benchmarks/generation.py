"""Text through whole engines: right against Hugging Face, and what it costs.

Every mode that the installed packages can run answers the same requests; tokens and log
probabilities are compared with the oracle, which follows the engine's own tokens. Seconds are those
of the engine's processors (`psutil`), since machines are shared.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import psutil
import torch
from conformance_kernels.generation.checkpoint import folder_of
from conformance_kernels.generation.names import FAMILY
from conformance_kernels.generation.setups import setup_of

from benchmarks.row import Row
from conformance.catalogue.operators import find_operator
from conformance.contract import Mode
from conformance.generation import words
from conformance.generation.client import EngineDied, EngineRaised, Engines, EngineUnavailable
from conformance.generation.contract import BUDGET
from conformance.generation.setup import Generate, Generated

PROMPTS = ((5, 17, 33, 99, 120, 260, 300), (40, 41, 42), tuple(range(10, 60)), (7,) * 5)
LIMITS = {
    ("generate_gemma4", "vllm, its Triton router", 16): 1.0,
    ("generate_gemma4", "vllm, all in Triton", 4): 3.0,
    ("generate_gemma4", "vllm, all in Triton", 16): 8.0,
}
"""Seconds of processors that an order of four requests may take, by mode and new tokens."""
LARGEST = 1.5
"""GB of an engine's process."""
CASES = 60
"""Drawn cases per minute on a running engine."""


@dataclass(frozen=True)
class Answered:
    """An order: its answer, the processors' seconds of the second time, the largest process."""

    answer: Generated
    seconds: float
    gigabytes: float


def rows() -> list[Row]:
    """All modes of all models, then drawn cases."""
    modes = [(name, mode) for name in FAMILY for mode in find_operator(name).modes]
    return [*(row for name, mode in modes for row in _mode(name, mode)), _drawn()]


def _mode(operator: str, mode: Mode) -> Iterator[Row]:
    model = operator.removeprefix("generate_")
    what = f"{model}, {mode.name}"
    with Engines() as engines:
        for tokens in (4, 16):
            limit = LIMITS.get((operator, mode.name, tokens))
            if tokens == 4 and limit is None:
                continue
            try:
                answered = _answered(engines, model, mode, tokens)
            except EngineUnavailable as lack:
                yield Row(what, "runs where it is installed", f"not asked: {lack}", None)
                return
            except (EngineRaised, EngineDied) as error:
                yield Row(what, "a verdict", f"does not run: {error}"[:300], None)
                return
            yield _right(what, model, mode, answered, tokens)
            if limit is not None:
                cost = f"{answered.seconds:.2f} s of processors"
                title = f"{what}: 4 requests x {tokens} tokens"
                yield Row(title, f"<= {limit:g} s", cost, answered.seconds <= limit)
        size = answered.gigabytes
        yield Row(f"{what}: memory", f"<= {LARGEST} GB", f"{size:.2f} GB", size <= LARGEST)


def _answered(engines: Engines, model: str, mode: Mode, tokens: int) -> Answered:
    kind = mode.subject.replace("-", "_")
    folder = str(folder_of(model))
    setup = setup_of(kind, folder, mode.settings, words.PLAIN, words.AS_ASKED)
    order = Generate(PROMPTS, tokens)
    engines.generate(setup.process, setup.engine, order)
    before = _spent()
    answer = engines.generate(setup.process, setup.engine, order)
    return Answered(answer, _spent() - before, _largest())


def _right(what: str, model: str, mode: Mode, answered: Answered, tokens: int) -> Row:
    """A mode of a plugin may be wrong: that is what the checks are for. Those of vLLM are right."""
    from conformance.generation.models.oracle import teacher_forced

    chosen = torch.tensor(answered.answer.tokens)
    oracle = teacher_forced(folder_of(model)).log_probabilities(PROMPTS, chosen)
    best = oracle.max(-1).values
    behind = float((best - oracle.gather(-1, chosen[..., None])[..., 0]).max())
    told = torch.tensor(answered.answer.log_probabilities, dtype=torch.float64)
    off = float((told - oracle.gather(-1, torch.tensor(answered.answer.candidates))).abs().max())
    calls = sum(each.count for each in answered.answer.calls)
    steps = len(answered.answer.steps)
    measured = f"log probabilities within {off:.2g}, tokens within {behind:.2g} of the best; "
    right = off <= BUDGET and behind <= 2 * BUDGET
    kept = True if right else (False if mode.subject == "vllm" else None)
    return Row(
        f"{what}: {tokens} tokens against Hugging Face",
        f"within {BUDGET:g}",
        f"{measured}{steps} steps, {calls} calls counted" + ("" if right else ": WRONG"),
        kept,
    )


def _drawn() -> Row:
    what = "drawn cases per minute, Gemma4 with vLLM's router in lockstep"
    with tempfile.TemporaryDirectory() as folder:
        path, begin = Path(folder) / "log.json", perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "conformance", "check", "generate_gemma4", "--subject", "vllm",
             "--router", "vllm-triton", "--check", "tokens", "--profile", "gate", "--seed", "1",
             "--no-store", "--json", str(path)],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        if not path.is_file():
            return Row(what, f">= {CASES}", f"not asked: {done.stderr[:200]}", False)
        events = json.loads(path.read_text())["events"]
    asked = [e for e in events if e["event"] == "CheckFinished" and e["check"] == "tokens"]
    if not asked:
        return Row(what, f">= {CASES}", "not asked: vllm is not installed", None)
    (tokens,) = asked
    each = 60 * tokens["cases"] / tokens["seconds"]
    whole = perf_counter() - begin
    measured = f"{each:.0f} ({tokens['cases']} cases, {whole:.0f} s with the start)"
    return Row(what, f">= {CASES}", measured, each >= CASES and tokens["verdict"] == "PASS")


def _children() -> list[psutil.Process]:
    return psutil.Process().children(recursive=True)


def _spent() -> float:
    return sum(sum(child.cpu_times()[:2]) for child in _children())


def _largest() -> float:
    return max((child.memory_info().rss for child in _children()), default=0) / 1e9
