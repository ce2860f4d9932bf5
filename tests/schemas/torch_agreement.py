"""What the rules say of two schemas, beside what torch says of them."""

from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Any

import torch

from conformance.schemas.diff.operators import schema_changes
from conformance.schemas.diff.rule import Rule, rules
from conformance.schemas.schema import Schema
from conformance.schemas.text import schema_text
from tests.schemas.drawn import change, draw


@dataclass
class Agreement:
    """Pairs that were compared. Each is asked two questions: backward, and forward."""

    pairs: int = 0
    refused: int = 0
    """Pairs that torch calls incompatible backward."""
    without_opinion: int = 0
    """Questions at which torch raises: it looks for as many arguments as there were before."""
    agreed: int = 0
    explained: Counter[str] = field(default_factory=Counter)
    """Questions that torch answers otherwise, by the rule that says why, and the question."""
    unexplained: list[str] = field(default_factory=list)


def measure(pairs: int, seed: int) -> Agreement:
    """Draw pairs of a schema and what became of it, and ask both."""
    random = Random(seed)
    found = Agreement()
    while found.pairs < pairs:
        old = draw(random)
        new = change(random, old)
        try:
            old_torch, new_torch = _of_torch(old), _of_torch(new)
        except RuntimeError:
            continue  # torch takes no default for some types
        found.pairs += 1
        named = {each.rule: rules()[each.rule] for each in schema_changes(old, new)}
        for question in ("backward", "forward"):
            try:
                theirs = _asked(question, old_torch, new_torch)
            except IndexError:  # torch reads past the end of the arguments, and has no opinion
                found.without_opinion += 1
                continue
            found.refused += question == "backward" and not theirs
            ours = all(getattr(rule, question) for rule in named.values())
            if ours == theirs:
                found.agreed += 1
                continue
            reasons = explains(list(named.values()), question, theirs)
            found.explained.update(f"{rule}, {question}" for rule in reasons)
            if not reasons:
                pair = f"{schema_text(old)}  =>  {schema_text(new)}"
                found.unexplained.append(f"{question}: torch {theirs}, {sorted(named)}: {pair}")
    return found


def explains(named: list[Rule], question: str, allowed: bool) -> list[str]:
    """The rules that say why torch answers otherwise.

    If torch allows what the rules do not, all of them have to say so; if it refuses, one has to.
    """
    against = [rule for rule in named if not getattr(rule, question)] if allowed else named
    word = "allows" if allowed else "refuses"
    say = [rule.id for rule in against if rule.torch and getattr(rule.torch, question) == word]
    return say if not allowed or len(say) == len(against) else []


def explanations() -> set[str]:
    """What the rules explain: each rule, and the question that torch answers otherwise."""
    return {
        f"{rule.id}, {question}"
        for rule in rules().values()
        for question in ("backward", "forward")
        if rule.torch and getattr(rule.torch, question)
    }


def _asked(question: str, old: Any, new: Any) -> bool:
    if question == "backward":
        return bool(new.is_backward_compatible_with(old))
    return bool(new.check_forward_compatible_with(old)[0])


def _of_torch(schema: Schema) -> Any:
    return torch._C.parse_schema(schema_text(schema))
