"""Hugging Face's model of a checkpoint, teacher-forced: what a right engine would have said."""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import torch

from conformance.generation.models.installed import quiet, transformers
from conformance.generation.models.tapped import decoder_parts, tapped

REMEMBERED = 64 << 20
"""Bytes of answers that are remembered."""

Tokens = Sequence[int]


@lru_cache(maxsize=4)
def teacher_forced(path: Path) -> "TeacherForced":
    """The oracle of a checkpoint, loaded once in a process (the last four checkpoints)."""
    return TeacherForced(path)


class TeacherForced:
    """The model of a checkpoint in fp32, with attention in plain matrix products, on one thread.

    Raises ``PackageMissing``, and what transformers raises for a folder that it cannot load.
    """

    def __init__(self, path: Path) -> None:
        library = transformers()
        with quiet():
            self.model: Any = library.AutoModelForCausalLM.from_pretrained(
                path,
                dtype=torch.float32,
                attn_implementation="eager",
                local_files_only=True,
                trust_remote_code=False,
                **_experts(library.__version__),
            ).eval()
        self.vocabulary = int(self.model.get_input_embeddings().weight.shape[0])
        self._remembered: OrderedDict[tuple[tuple[int, ...], tuple[int, ...]], torch.Tensor]
        self._remembered = OrderedDict()

    def log_probabilities(self, prompts: Sequence[Tokens], tokens: torch.Tensor) -> torch.Tensor:
        """Natural logarithms of the probabilities (R, N, V) fp64 of every token at each place.

        Place n of request r follows ``prompts[r]`` and ``tokens[r, :n]``; ``tokens`` is (R, N),
        integers. One forward per request; equal requests are answered from memory. Raises
        ``ValueError`` for an empty prompt and for a token that is none of the model's.
        """
        if len(prompts) != tokens.shape[0]:
            raise ValueError(f"{len(prompts)} prompts, but tokens of {tokens.shape[0]} requests")
        rows = [
            self._request(tuple(map(int, prompt)), tuple(chosen), f"request {number}")
            for number, (prompt, chosen) in enumerate(zip(prompts, tokens.tolist(), strict=True))
        ]
        if not rows:
            return torch.empty(0, tokens.shape[1], self.vocabulary, dtype=torch.float64)
        return torch.stack(rows)

    def greedy(self, prompt: Tokens, new_tokens: int) -> list[int]:
        """The tokens that the model itself chooses; the end of a text is ignored."""
        self._check(tuple(prompt), "prompt")
        chosen: list[int] = []
        with _alone():
            step = torch.tensor([list(prompt)])
            cache = None
            for _ in range(new_tokens):
                answer = self.model(step, past_key_values=cache, use_cache=True, logits_to_keep=1)
                cache = answer.past_key_values
                chosen.append(int(answer.logits[0, -1].argmax()))
                step = torch.tensor([chosen[-1:]])
        return chosen

    def layers(self, prompt: Tokens, tokens: Tokens) -> dict[str, torch.Tensor]:
        """What decoder layers and their parts gave: ``layers.N`` and ``layers.N.PART``, in order.

        Each is (positions, H), where positions are those of ``prompt`` and of all ``tokens`` but
        the last, which no engine feeds back either. Of a part with several results it is the
        first; of a router the probabilities of experts. ``layers.N.self_attn.attention`` is what
        attention gives before its projection.
        """
        with self._tapped(prompt, tokens) as taps:
            return {name: taps.first[name] for name in taps.first}

    def routers(self, prompt: Tokens, tokens: Tokens) -> dict[str, tuple[torch.Tensor, ...]]:
        """What routers decided: probabilities (positions, E) and chosen experts (positions, K),
        best first. Positions as in :meth:`layers`; empty for a model without routers."""
        with self._tapped(prompt, tokens) as taps:
            return dict(taps.routers)

    @contextmanager
    def _tapped(self, prompt: Tokens, tokens: Tokens) -> Iterator[Any]:
        fed = [*prompt, *tokens[:-1]]
        self._check(tuple(fed), "prompt and tokens")
        with _alone(), tapped(decoder_parts(self.model)) as taps:
            self.model(torch.tensor([fed]), use_cache=False, logits_to_keep=1)
        yield taps

    def _request(self, prompt: tuple[int, ...], chosen: tuple[int, ...], who: str) -> torch.Tensor:
        key = (prompt, chosen)
        if key not in self._remembered:
            self._remembered[key] = self._forward(prompt, chosen, who)
            self._forget()
        self._remembered.move_to_end(key)
        return self._remembered[key]

    def _forward(self, prompt: tuple[int, ...], chosen: tuple[int, ...], who: str) -> torch.Tensor:
        self._check(prompt, f"prompt of {who}")
        self._check(chosen or (0,), f"tokens of {who}")
        if not chosen:
            return torch.empty(0, self.vocabulary, dtype=torch.float64)
        fed = torch.tensor([[*prompt, *chosen[:-1]]])
        with _alone():
            logits = self.model(fed, use_cache=False, logits_to_keep=len(chosen)).logits[0]
            return torch.log_softmax(logits.to(torch.float64), dim=-1)

    def _forget(self) -> None:
        size = sum(each.nbytes for each in self._remembered.values())
        while size > REMEMBERED and len(self._remembered) > 1:
            size -= self._remembered.popitem(last=False)[1].nbytes

    def _check(self, tokens: tuple[int, ...], what: str) -> None:
        if not tokens:
            raise ValueError(f"{what}: there is no token")
        for place, token in enumerate(tokens):
            if not 0 <= token < self.vocabulary:
                raise ValueError(
                    f"{what}: {token} at {place} is none of the model's {self.vocabulary} tokens"
                )


def _experts(version: str) -> dict[str, str]:
    """Experts one after the other, where transformers knows another way, as since release 5."""
    return {"experts_implementation": "eager"} if int(version.partition(".")[0]) >= 5 else {}


@contextmanager
def _alone() -> Iterator[None]:
    """One thread, so that sums have one order; and no gradients."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with torch.inference_mode():
            yield
    finally:
        torch.set_num_threads(threads)
