"""What an engine owes that generates greedily, as a contract.

``generate(prompts, lengths, new_tokens, candidates, …words)`` is a selection from logits. The
oracle is another implementation of the model on the same checkpoint, and follows the tokens that
the subject chose: a token is right if its logit lies within the budget of the best, and after a
legal choice between two equal ones everything is judged on the subject's own way.

Importing this module imports no torch.
"""

from typing import Any, Protocol

from conformance.contract import (
    Axis,
    Budget,
    Choice,
    Contract,
    Expression,
    Output,
    Role,
    Selection,
    SizeArgument,
    TensorArgument,
    WordArgument,
    imported,
)
from conformance.generation import words


class Oracle(Protocol):
    """The model as somebody else computes it.

    ``scores`` gives log probabilities (R, N, V) float64 before each of ``tokens`` (R, N), or after
    its own greedy ones. A call gives what the contract's outputs are: ``tokens``, ``top_tokens``
    as they are, and the log probabilities (R, N, K) float64 of the latter. If it has a method
    ``layers(prompt, tokens)``, which gives what each layer and its parts make of a request, by
    name, (positions, H), then a failure says in which layer it starts.
    """

    def scores(self, *arguments: Any, tokens: Any = None) -> Any: ...

    def __call__(self, *arguments: Any, tokens: Any, top_tokens: Any) -> tuple[Any, Any, Any]: ...


POSITIONS = 192
"""Tokens of a request, prompt and answer together, at most."""
BUDGET = 1e-4
"""How far a log probability may lie from the oracle's."""

_SOURCE = (
    "float32 throughout, two implementations of one model: 2.9e-6 to 8.6e-6 were measured over "
    "vLLM's paths on the CPU; a wrong expert, scale or position gives 0.2 and more"
)

_LENGTH_EDGES = (1, 2, 3, *words.BORDERS)


def generation_contract(name: str, model: str, oracle: Oracle, vocabulary: int) -> Contract:
    """The contract of generation from a model, which the oracle knows as well."""
    return Contract(
        name=name,
        summary=f"greedy tokens of {model} and their log probabilities, through a whole engine",
        axes=(
            Axis("R", "requests", most=16, usual=4, edges=(1, 2, 3, 4, 5, 8), drawn=6),
            Axis("L", "tokens of the longest prompt", most=POSITIONS, usual=40,
                 edges=_LENGTH_EDGES, drawn=70),
            Axis("N", "new tokens", most=64, usual=8, edges=(1, 2, 4, 8, 16), drawn=12),
            Axis("K", "candidates", most=20, usual=5, edges=(5,), drawn=5),
            Axis("V", "vocabulary", least=vocabulary, most=vocabulary, usual=vocabulary,
                 drawn=vocabulary, of_model=True),
        ),
        constraints=(Expression(f"L + N <= {POSITIONS}"), Expression("K <= V"),
                     Expression("R * N <= 128")),
        arguments=(
            TensorArgument("prompts", ("R", "L"), ("int64",), "token ids, padded with 0",
                           role=Role.INDEX, values="tokens", refused_by="callers"),
            TensorArgument("lengths", ("R",), ("int64",), "tokens of each prompt",
                           role=Role.INDEX, values="lengths", refused_by="callers"),
            SizeArgument("new_tokens", "N", "tokens to generate for each prompt",
                         refused_by="callers"),
            SizeArgument("candidates", "K", "most likely tokens to tell of each step",
                         refused_by="callers"),
            _word("arrival", "how requests come", words.ARRIVALS),
            _word("engine", "how the engine is set up", words.ENGINES),
            _word("caches", "what KV caches hold that no request owns", words.CACHES),
            _word("switch", "how the custom path is asked for", words.SWITCHES),
            _word("watch", "what is kept to see where a difference starts", words.WATCHED),
        ),
        outputs=(
            Output(
                "tokens", ("R", "N"), "int64", "the tokens, greedily",
                # Both logits may be off by the budget.
                selection=Selection("", "V", score=oracle.scores, scored=("R", "N", "V"),
                                    flush=2 * BUDGET),
            ),
            Output(
                "top_tokens", ("R", "N", "K"), "int64", "the most likely tokens of each step",
                selection=Selection("", "V", "K", score=oracle.scores, scored=("R", "N", "V"),
                                    flush=2 * BUDGET),
            ),
            Output(
                "log_probabilities", ("R", "N", "K"), "float32", "those of the most likely tokens",
                budget=Budget(relative=0.0, absolute=BUDGET, source=_SOURCE), follows="top_tokens",
            ),
        ),
        reference=oracle,
        scene=imported("conformance.generation.scene:scene"),
        choices=(
            Choice("lengths_are", words.LENGTHS, "lengths of the prompts"),
            Choice("prompts_are", words.PROMPTS, "tokens of the prompts"),
        ),
        asks="generation",
    )  # fmt: skip


def _word(name: str, meaning: str, choices: tuple[str, ...]) -> WordArgument:
    return WordArgument(name, meaning, choices, refused_by="callers")
