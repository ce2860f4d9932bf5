"""The oracle of generation: another implementation of the model, on the same checkpoint.

It follows the tokens that the subject chose. Importing this module imports no torch; transformers
and the checkpoint are loaded when the first answer is asked for.
"""

from collections.abc import Mapping, Sequence
from typing import Any


def model_of(name: str) -> Any:
    """The model of a recipe's name or of a checkpoint's folder, teacher-forced."""
    from conformance.generation.models.oracle import teacher_forced

    from .checkpoint import folder_of

    return teacher_forced(folder_of(name))


class Oracle:
    """The reference of a contract of generation from ``model``; called as contracts call it."""

    def __init__(self, model: str) -> None:
        self.model = model

    def scores(
        self, prompts: Any, lengths: Any, new_tokens: int, candidates: int, *words: str,
        tokens: Any = None,
    ) -> Any:  # fmt: skip
        """Log probabilities (R, N, V) float64 before each of ``tokens`` (R, N).

        Without tokens, those after the oracle's own.
        """
        oracle, asked = model_of(self.model), prompts_of(prompts, lengths)
        if tokens is None:
            import torch

            tokens = torch.tensor([oracle.greedy(prompt, new_tokens) for prompt in asked])
        return oracle.log_probabilities(asked, tokens)

    def __call__(
        self, prompts: Any, lengths: Any, new_tokens: int, candidates: int, *words: str,
        tokens: Any, top_tokens: Any,
    ) -> tuple[Any, Any, Any]:  # fmt: skip
        """``tokens`` and ``top_tokens`` as the subject chose them, and the log probabilities of
        the latter: (R, N, K) float64."""
        scores = self.scores(prompts, lengths, new_tokens, candidates, tokens=tokens)
        return tokens, top_tokens, scores.gather(-1, top_tokens)

    def layers(self, prompt: Sequence[int], tokens: Sequence[int]) -> Mapping[str, Any]:
        """What each layer and its parts give for a prompt followed by tokens: (positions, H)."""
        found: Mapping[str, Any] = model_of(self.model).layers(list(prompt), list(tokens))
        return found


def prompts_of(prompts: Any, lengths: Any) -> list[list[int]]:
    """The token ids of each prompt, without padding."""
    return [row[:length] for row, length in zip(prompts.tolist(), lengths.tolist(), strict=True)]
