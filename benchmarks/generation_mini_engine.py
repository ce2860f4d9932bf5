"""A contract and a subject around the engine of a file, which gives tokens alone.

The engine has two layers of attention and of experts behind a router. The variable
``MINI_USE_CUSTOM_KERNEL`` turns its custom router on, and ``CALLS`` of its module counts what ran.
The oracle is the unfaulted model, computed without a cache, in float64.
"""

import math
import os
import runpy
import sys
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import torch

from conformance.contract import Axis, Contract, Expression, Operator, narrowed
from conformance.execution.outcome import Outcome
from conformance.generation import words
from conformance.generation.contract import generation_contract
from conformance.generation.setup import Calls, Generated, Started, Step
from conformance.generation.told import Expected, Told
from conformance.subjects.loaded import Loaded

SWITCH = "MINI_USE_CUSTOM_KERNEL"
VARIABLES: Mapping[str, Mapping[str, str]] = {
    words.AS_ASKED: {SWITCH: "1"},
    "unset": {},
    "0": {SWITCH: "0"},
    "False": {SWITCH: "False"},
    "1": {SWITCH: "1"},
    "True": {SWITCH: "True"},
    words.MISSPELT: {"MINI_CUSTOM_KERNEL": "1"},
}
CUSTOM, USUAL = "engine.custom_route", "engine.route"
LAYERS, SLOTS, POSITIONS = 2, 92, 64


def entries(path: Path) -> dict[str, Any]:
    """What the file defines: ``MUT``, ``VAR`` and ``build``."""
    folder = str(path.resolve().parent)
    if folder not in sys.path:
        sys.path.insert(0, folder)
    return runpy.run_path(str(path))


def judged(path: Path, group: str, name: str) -> tuple[Operator, Loaded]:
    """An operator for engines of the file, and the engine of an entry."""
    file = entries(path)
    oracle = TokenOracle(file["build"]([]).Engine())
    subject = TokenSubject(file["build"](file[group][name]))
    return Operator(_contract(oracle)), Loaded(subject, str(path), TokenDevice())


def _contract(oracle: "TokenOracle") -> Contract:
    """Tokens of requests that fit into the engine's 23 blocks and 64 positions."""
    whole = generation_contract("generate_tokens", "a tiny engine", oracle, oracle.vocabulary)
    sizes = {
        "R": Axis("R", "requests", most=8, usual=3, edges=(1, 2, 3, 4, 5, 8), drawn=6),
        "L": Axis("L", "tokens of the longest prompt", most=40, usual=10,
                  edges=(1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17), drawn=16),
        "N": Axis("N", "new tokens", most=16, usual=5, edges=(1, 2, 4, 8), drawn=6),
    }  # fmt: skip
    # A request takes whole blocks, of up to eight tokens.
    room = (Expression(f"R * (L + N + 7) <= {SLOTS}"), Expression(f"L + N <= {POSITIONS}"))
    contract = replace(
        whole,
        axes=tuple(sizes.get(axis.name, axis) for axis in whole.axes),
        constraints=(*whole.constraints, *room),
        outputs=whole.outputs[:1],
    )
    known = {
        "engine": (words.PLAIN,), "arrival": words.ARRIVALS[:3], "switch": tuple(VARIABLES),
    }  # fmt: skip
    return narrowed(contract, (), {}, words=known)


class TokenOracle:
    """The model of an engine, one plain forward for each request. It takes its weights alone."""

    def __init__(self, engine: Any) -> None:
        self.engine, self.vocabulary = engine, int(engine.V)
        self._logits = lru_cache(maxsize=512)(self._forward)

    def scores(
        self, prompts: Any, lengths: Any, new_tokens: int, *asked: Any, tokens: Any = None
    ) -> torch.Tensor:
        """Log probabilities (R, N, V) float64 before each of ``tokens`` (R, N)."""
        found = []
        for r, (row, length) in enumerate(zip(prompts.tolist(), lengths.tolist(), strict=True)):
            follows = [] if tokens is None else tokens[r].tolist()
            while len(follows) < new_tokens:
                follows.append(int(self._logits((*row[:length], *follows))[-1].argmax()))
            logits = self._logits((*row[:length], *follows))
            found.append(logits[length - 1 : length - 1 + new_tokens].log_softmax(-1))
        return torch.stack(found)

    def __call__(self, *arguments: Any, tokens: Any) -> tuple[Any, ...]:
        return (tokens,)

    def _forward(self, ids: tuple[int, ...]) -> torch.Tensor:
        model, length = self.engine, len(ids)
        x = (model.emb[list(ids)] + model.pos[:length]).double()
        hidden = torch.full((length, length), -math.inf, dtype=x.dtype).triu(1)
        for layer in model.L:
            part = {name: value.double() for name, value in layer.items() if name != "kv"}
            q = (x @ part["q"].T).view(length, model.Hkv, model.G, model.D)
            k = (x @ part["k"].T).view(length, model.Hkv, model.D)
            v = (x @ part["v"].T).view(length, model.Hkv, model.D)
            scores = torch.einsum("lhgd,nhd->hgln", q, k) * model.D**-0.5 + hidden
            x = x + torch.einsum("hgln,nhd->lhgd", scores.softmax(-1), v).reshape(length, -1)
            best, ids_ = (x @ part["router"].T).topk(model.K, -1)
            chosen = best.softmax(-1) * part["scale"][ids_]
            every = torch.tanh(torch.einsum("ehf,lf->leh", part["up"], x))
            picked = every.gather(1, ids_[..., None].expand(-1, -1, x.shape[-1]))
            x = x + (chosen[..., None] * picked).sum(1)
        return x @ model.head.double().T


class TokenDevice:
    """Runs the engine in this process, and passes on what it tells."""

    torch_device, mode = "cpu", "cpu, an engine in this process"

    def call(self, function: Any, arguments: Any, poison: int) -> Outcome:
        """What :class:`TokenSubject` gives."""
        tokens, told = function(*arguments)
        return Outcome(result=tokens, told=told)


class TokenSubject:
    """One engine for all orders of a setting of the switch."""

    def __init__(self, module: Any) -> None:
        self.module = module
        self.engines: dict[str, Any] = {}

    def __call__(
        self, prompts: Any, lengths: Any, new_tokens: int, candidates: int, arrival: str,
        engine: str, caches: str, switch: str, watch: str,
    ) -> tuple[torch.Tensor, dict[str, Any]]:  # fmt: skip
        asked = [row[:n] for row, n in zip(prompts.tolist(), lengths.tolist(), strict=True)]
        running = self.engines.setdefault(switch, self.module.Engine())
        if caches != "as-is":
            for layer in running.L:
                layer["kv"][:, running.free] = math.nan if caches == "nan" else 1e4
        steps, before = self._watched(running), dict(self.module.CALLS)
        os.environ.pop(SWITCH, None)
        os.environ.update(VARIABLES[switch])
        try:
            match arrival:
                case "alone":
                    tokens = [running.generate([each], new_tokens)[0] for each in asked]
                case "reversed":
                    tokens = running.generate(asked[::-1], new_tokens)[::-1]
                case _:
                    tokens = running.generate(asked, new_tokens)
        finally:
            for name in VARIABLES[switch]:
                del os.environ[name]
        ran = {name: count - before[name] for name, count in self.module.CALLS.items()}
        return torch.tensor(tokens), _told(steps, ran, switch)

    def _watched(self, running: Any) -> list[Step]:
        """The steps that the engine executes from now on."""
        steps: list[Step] = []
        forward = type(running).forward

        def counted(tokens: Any, start: Any, table: Any, prefill: bool) -> Any:
            steps.append(Step("prefill" if prefill else "decode", {}))
            return forward(running, tokens, start, table, prefill)

        running.forward = counted
        return steps


def _told(steps: list[Step], ran: dict[str, int], switch: str) -> dict[str, Any]:
    calls = (
        Calls(CUSTOM, "decode", None, ran["custom_decode"]),
        Calls(CUSTOM, "prefill", None, ran["custom"] - ran["custom_decode"]),
        Calls(USUAL, "outside", None, ran["ref"]),
    )
    expected = (Expected((CUSTOM,), LAYERS, (USUAL,), "the custom router"),)
    generated = Generated((), (), (), tuple(steps), calls)
    asked = switch == words.AS_ASKED
    told = Told.of(Started(LAYERS), generated, expected if asked else ())
    if not asked:
        how = " ".join(f"{name}={value}" for name, value in VARIABLES[switch].items())
        owed = {
            "how": how or "nothing set", "owed": switch in ("1", "True"), "patterns": [CUSTOM],
        }  # fmt: skip
        told = replace(told, more={"switch": owed})
    return told.as_dict()
