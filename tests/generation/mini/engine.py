"""The engine: requests come, steps are executed, answers are told with how they came about."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import torch

from conformance.generation.setup import Generate, Started, Step
from conformance.generation.where import Where

from . import weights as w
from .blocks import Pool
from .model import CUSTOM, USUAL, Batch, Model
from .scheduler import Request, Row, Scheduler
from .setups import SWITCH, Setup


def wants_custom(environment: Mapping[str, str]) -> bool:
    """Whether the environment turns the custom router on."""
    return environment.get(SWITCH, "0").lower() in ("1", "true")


def load_plugin(environment: dict[str, str]) -> None:
    """What importing the plugin with the custom router does to the environment: nothing."""


@dataclass(frozen=True)
class Parts:
    """What an engine is made of; a planted fault replaces one of them."""

    pool: type[Pool] = Pool
    scheduler: type[Scheduler] = Scheduler
    model: type[Model] = Model
    engine: Any = None
    wants_custom: Any = wants_custom
    load_plugin: Any = load_plugin

    def made(self, setup: Setup, environment: Mapping[str, str], graphs: dict) -> "Engine":
        """An engine in an environment, over a compile cache."""
        return (self.engine or Engine)(self, setup, dict(environment), graphs)


class Engine:
    """``where`` has the steps and calls of the last order, ``violations`` what broke the rules of
    memory in it, ``taps`` the outputs of layers if they were asked for."""

    def __init__(
        self, parts: Parts, setup: Setup, environment: dict[str, str], graphs: dict,
        where: Where | None = None,
    ) -> None:  # fmt: skip
        self.parts, self.setup, self.environment = parts, setup, environment
        self.where = where or Where()
        self._before = dict(environment)
        environment["MINI_IS_STARTED"] = "1"
        if setup.plugin:
            parts.load_plugin(environment)
        custom = setup.plugin and parts.wants_custom(environment) != setup.flipped
        self.pool = parts.pool(setup)
        self.scheduler = parts.scheduler(setup, self.pool)
        self.model = parts.model(setup, custom, self.where, graphs)
        self.taps: dict[str, torch.Tensor] = {}
        self.keeps_taps = False

    def started(self) -> Started:
        """What is known of it."""
        return Started(
            layers=w.LAYERS,
            execution="emulated",
            environment={
                name: (self._before.get(name), now)
                for name, now in self.environment.items()
                if self._before.get(name) != now
            },
            compile_keys=tuple(self.model.keys),
            facts={"block_size": str(self.setup.block)},
        )

    def fill(self, word: str) -> None:
        """Write into the memory that no request owns."""
        self.pool.fill(self.model.memory, word)

    def generate(self, order: Generate) -> dict[str, Any]:
        """The answer, and what was seen."""
        self.where.clear()
        self.model.touched.clear()
        self.taps = {}
        requests = self.requests(order)
        found: list[list[torch.Tensor]] = [[] for _ in requests]
        later = requests[1:] if order.arrival == "later" else []
        for group in self._groups(requests, order.arrival):
            for request in group:
                self.scheduler.add(request)
            while later or not self.scheduler.is_done:
                self._step(found)
                if later and found[0]:
                    for request in later:
                        self.scheduler.add(request)
                    later = []
        return self._answer(order, requests, found)

    def requests(self, order: Generate) -> list[Request]:
        """The requests of an order, by the place of their prompts."""
        return [
            Request(number, len(prompt), order.new_tokens, list(prompt))
            for number, prompt in enumerate(order.prompts)
        ]

    def _groups(self, requests: list[Request], arrival: str) -> Iterable[list[Request]]:
        """Those that come at the same time, one group when the one before is done."""
        match arrival:
            case "reversed":
                return [requests[::-1]]
            case "alone":
                return [[request] for request in requests]
            case "later":
                return [requests[:1]]
        return [requests]

    def _step(self, found: list[list[torch.Tensor]]) -> None:
        rows = self.scheduler.next()
        kinds = {row.request.decodes for row in rows}
        phase = "mixed" if len(kinds) == 2 else "decode" if True in kinds else "prefill"
        self.where.begin(Step(phase, {row.request.number: row.count for row in rows}))
        places = [
            (row.request.number, row.request.computed + each)
            for row in rows
            for each in range(row.count)
        ]
        step = len(self.where.steps) - 1

        def tap(name: str, values: torch.Tensor) -> None:
            if self.keeps_taps:
                mine = [values[b, : row.count] for b, row in enumerate(rows)]
                self.taps[f"{step}/{name}"] = torch.cat(mine)
                self.taps[f"{step}/places"] = torch.tensor(places)

        logits = self.model.forward(self.batch(rows, phase), tap)
        self.where.end()
        self.sampled(rows, logits.log_softmax(-1), found)

    def sampled(
        self, rows: list[Row], scores: torch.Tensor, found: list[list[torch.Tensor]]
    ) -> None:
        """Tokens for the requests of a step whose tokens are all computed."""
        for place, row in enumerate(rows):
            request = row.request
            request.computed += row.count
            request.chunks += 1
            self.pool.keep(request.tokens, request.computed, request.blocks)
            if request.computed == len(request.tokens):
                found[request.number].append(scores[place])
                request.tokens.append(int(scores[place].argmax()))
                if len(request.tokens) == request.prompt + request.new:
                    self.scheduler.ended(request)

    def batch(self, rows: list[Row], phase: str) -> Batch:
        """The rows as one padded batch."""
        size = -(-len(rows) // self.setup.padded) * self.setup.padded
        width = max(row.count for row in rows)
        longest = max(len(row.request.blocks) for row in rows) * self.setup.block
        tokens, positions = torch.zeros(2, size, width, dtype=torch.int64)
        slots = torch.full((size, width), self.model.padding())
        context = torch.full((size, longest), self.model.padding())
        lengths, last = torch.ones(size, dtype=torch.int64), torch.zeros(size, dtype=torch.int64)
        for b, row in enumerate(rows):
            request, begin = row.request, row.request.computed
            end = begin + row.count
            places = self.slots_of(request, len(request.blocks) * self.setup.block)
            tokens[b, : row.count] = torch.tensor(request.tokens[begin:end])
            first = self.first_position(row, rows, phase)
            positions[b, : row.count] = torch.arange(first, first + row.count)
            slots[b, : row.count] = places[begin:end]
            context[b, : len(places)] = places
            lengths[b], last[b] = end, row.count - 1
        return Batch(tokens, positions, slots, context, lengths, last, len(rows), phase)

    def first_position(self, row: Row, rows: list[Row], phase: str) -> int:
        """The position of the first token of a row."""
        return row.request.computed

    def slots_of(self, request: Request, end: int) -> torch.Tensor:
        """The slots (end,) of a request's positions."""
        places = torch.arange(end)
        blocks = torch.tensor(request.blocks)
        return blocks[places // self.setup.block] * self.setup.block + places % self.setup.block

    def _answer(
        self, order: Generate, requests: list[Request], found: list[list[torch.Tensor]]
    ) -> dict[str, Any]:
        best = [torch.stack(scores).topk(order.candidates, -1) for scores in found]
        return {
            "tokens": self.tokens_of(requests),
            "candidates": [each.indices.tolist() for each in best],
            "log_probabilities": [each.values.tolist() for each in best],
            "cached": [request.cached for request in requests],
            "violations": [self._violation(slot) for slot in dict.fromkeys(self.model.touched)],
        }

    def tokens_of(self, requests: list[Request]) -> list[list[int]]:
        """What was generated, in the order of the prompts."""
        return [request.tokens[request.prompt :] for request in requests]

    def _violation(self, slot: int) -> dict[str, Any]:
        name = CUSTOM if self.model.custom else USUAL
        return {
            "kind": "out of bounds write", "kernel": name, "file": __file__, "line": 1,
            "program": [0, 0, 0], "other_program": None, "argument": "kv_cache",
            "offset": slot, "count": 1,
        }  # fmt: skip
