"""Faults of an engine that generates, each found by one check alone."""

import math
from dataclasses import dataclass

import torch

from .blocks import Pool
from .engine import Engine, Parts
from .model import Model
from .scheduler import Scheduler
from .setups import SWITCH


class LoneToken(Engine):
    """A prompt of one token that comes alone is taken for a step of decode."""

    def first_position(self, row, rows, phase):
        alone = len(rows) == 1 and row.count == 1 and phase == "prefill"
        return row.request.computed + (alone and row.request.new == 1)


class RepeatedOrder(Engine):
    """Positions of a request that was there before go on where it ended."""

    def requests(self, order):
        seen = self.__dict__.setdefault("seen", set())
        self.repeated = order in seen
        seen.add(order)
        return super().requests(order)

    def first_position(self, row, rows, phase):
        return row.request.computed + (self.repeated and phase == "decode")


class InOrderOfArrival(Engine):
    """Answers come in the order in which requests came."""

    def tokens_of(self, requests):
        return super().tokens_of(requests[::-1] if self.is_reversed else requests)

    def generate(self, order):
        self.is_reversed = order.arrival == "reversed"
        return super().generate(order)


class EightBlocks(Engine):
    """A block table has eight entries: what belongs into the ninth block goes into the eighth."""

    def slots_of(self, request, end):
        places = torch.arange(end)
        numbers = (places // self.setup.block).clamp(max=7)
        return torch.tensor(request.blocks)[numbers] * self.setup.block + places % self.setup.block


class SharedBlocks(Engine):
    """Requests of a batch share a block of the cache that begins alike."""

    def batch(self, rows, phase):
        batch, size = super().batch(rows, phase), self.setup.block
        known = {}
        for b, row in enumerate(rows):
            prompt = row.request.tokens[: row.request.prompt]
            for begin in range(0, len(prompt) - 1, size):
                slots = known.setdefault(tuple(prompt[: begin + 2]), batch.context[b])
                batch.context[b, begin : begin + size] = slots[begin : begin + size]
        return batch


class FallsBack(Model):
    """In prefill an exception is caught, and the usual router taken."""

    def route(self, logits, scale):
        custom = self.custom
        self.custom = custom and self.phase != "prefill"
        try:
            return super().route(logits, scale)
        finally:
            self.custom = custom


class PaddingBehindTheEnd(Engine):
    """Padding is written behind the last block."""

    def batch(self, rows, phase):
        batch = super().batch(rows, phase)
        batch.slots[len(rows) :] = self.setup.blocks * self.setup.block
        return batch


class FourthChunk(Engine):
    """The fourth chunk of a prompt has the positions of the third one."""

    def first_position(self, row, rows, phase):
        late = self.setup.chunk and row.request.chunks == 3 and phase == "prefill"
        return row.request.computed - (self.setup.chunk if late else 0)


class LateInMixedStep(Engine):
    """A prompt that comes while others decode is one position off."""

    def first_position(self, row, rows, phase):
        late = phase == "mixed" and row.request.was_later and not row.request.decodes
        return row.request.computed + late


class ShortKeys(Pool):
    """The prefix cache knows a block by the first quarter of its tokens, and all before it."""

    def key(self, tokens, end):
        return end, tuple(tokens[: end - 3 * self.setup.block // 4])


class ForgetsAToken(Scheduler):
    """The last token of a request that loses its blocks is overwritten with padding."""

    def preempt(self, request):
        super().preempt(request)
        if len(request.tokens) > request.prompt:
            request.tokens[-1] = 0


class ReadsNan(Model):
    """What is hidden has no weight, and is multiplied with it all the same."""

    def attend(self, q, k, v, seen, written):
        scores = (q @ k.transpose(-1, -2) * q.shape[-1] ** -0.5).masked_fill(~seen, -math.inf)
        return scores.softmax(-1) @ v


class ReadsFinite(Model):
    """What is hidden gets a score that is smaller by a thousand; what is no number is left out."""

    def attend(self, q, k, v, seen, written):
        scores = q @ k.transpose(-1, -2) * q.shape[-1] ** -0.5 - 1000.0 * ~seen
        return scores.nan_to_num(nan=-math.inf).softmax(-1) @ v.nan_to_num()


class OneGraph(Model):
    """All layers take the graph of the first one, with the weights in it."""

    def key(self, number):
        return super().key(0)


class SameKey(Model):
    """The compile cache does not tell one router from the other."""

    def key(self, number):
        return f"layer {number}"


def any_text_is_true(environment) -> bool:
    """Whatever the variable holds turns the custom router on."""
    return bool(environment.get(SWITCH))


def sets_threads(environment) -> None:
    """The plugin sets a variable for the whole process."""
    environment["OMP_NUM_THREADS"] = "1"


@dataclass(frozen=True)
class Fault:
    """An engine with a fault, and the check that finds it."""

    check: str
    parts: Parts


FAULTS = {
    "a lone token": Fault("tokens", Parts(engine=LoneToken)),
    "a repeated order": Fault("second_call", Parts(engine=RepeatedOrder)),
    "in order of arrival": Fault("arrivals", Parts(engine=InOrderOfArrival)),
    "eight blocks": Fault("lengths", Parts(engine=EightBlocks)),
    "shared blocks": Fault("prompts", Parts(engine=SharedBlocks)),
    "falls back": Fault("kernels_ran", Parts(model=FallsBack)),
    "padding behind the end": Fault("engine_memory", Parts(engine=PaddingBehindTheEnd)),
    "fourth chunk": Fault("chunks", Parts(engine=FourthChunk)),
    "late in a mixed step": Fault("mixed_steps", Parts(engine=LateInMixedStep)),
    "short keys": Fault("prefix_cache", Parts(pool=ShortKeys)),
    "forgets a token": Fault("preemption", Parts(scheduler=ForgetsAToken)),
    "reads NaN": Fault("cache_contents", Parts(model=ReadsNan)),
    "reads large numbers": Fault("cache_contents", Parts(model=ReadsFinite)),
    "one graph": Fault("compilation", Parts(model=OneGraph)),
    "any text is true": Fault("switch", Parts(wants_custom=any_text_is_true)),
    "same key": Fault("compile_key", Parts(model=SameKey)),
    "sets threads": Fault("surroundings", Parts(load_plugin=sets_threads)),
}
