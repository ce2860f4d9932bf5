"""The decoder as one plain forward without a cache: what the engine is compared with."""

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import torch

from . import weights as w


class Oracle:
    """Teacher-forced, as :class:`conformance.generation.contract.Oracle` says."""

    def layers(self, prompt: Sequence[int], tokens: Sequence[int]) -> Mapping[str, torch.Tensor]:
        """What each layer and its parts give: (positions, H) each; ``logits`` (positions, V)."""
        return self._layers((*prompt, *tokens))

    @staticmethod
    @lru_cache(maxsize=256)
    def _layers(tokens: tuple[int, ...]) -> Mapping[str, torch.Tensor]:
        ids = torch.tensor(tokens)
        found, weights, length = {}, w.weights(), len(ids)
        x = weights.embedding[ids] + weights.positions[:length]
        hidden = torch.full((length, length), -math.inf, dtype=x.dtype).triu(1)
        for number, layer in enumerate(weights.layers):
            h = w.normed(x)
            q, k, v = (
                (h @ m.T).view(length, w.HEADS, -1).transpose(0, 1)
                for m in (layer.query, layer.key, layer.value)
            )
            scores = q @ k.transpose(1, 2) * q.shape[-1] ** -0.5 + hidden
            read = (scores.softmax(-1) @ v).transpose(0, 1).reshape(length, -1)
            x = found[f"layers.{number}.self_attention"] = x + read @ layer.out.T
            h = w.normed(x)
            chosen, ids_ = w.route(h @ layer.router.T, layer.scale)
            x = found[f"layers.{number}"] = x + w.experts(h, layer, chosen, ids_)
        found["logits"] = w.normed(x) @ weights.head.T
        return found

    def scores(
        self, prompts: Any, lengths: Any, new_tokens: int, candidates: int, *words: str,
        tokens: Any = None,
    ) -> torch.Tensor:  # fmt: skip
        """Log probabilities (R, N, V) float64 before each of ``tokens`` (R, N)."""
        rows = []
        for number, (row, length) in enumerate(
            zip(prompts.tolist(), lengths.tolist(), strict=True)
        ):
            prompt = row[:length]
            follows = tokens[number].tolist() if tokens is not None else []
            while len(follows) < new_tokens:
                follows.append(int(self.layers(prompt, follows)["logits"][-1].argmax()))
            logits = self.layers(prompt, follows)["logits"]
            rows.append(logits[length - 1 : length - 1 + new_tokens].log_softmax(-1))
        return torch.stack(rows)

    def __call__(
        self, prompts: Any, lengths: Any, new_tokens: int, candidates: int, *words: str,
        tokens: Any, top_tokens: Any,
    ) -> tuple[Any, Any, Any]:  # fmt: skip
        scores = self.scores(prompts, lengths, new_tokens, candidates, tokens=tokens)
        return tokens, top_tokens, scores.gather(-1, top_tokens)
