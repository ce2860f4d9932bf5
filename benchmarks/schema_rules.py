"""Whether the rules of the diff decide as torch's own comparison of schemas does."""

from benchmarks.row import Row
from conformance.schemas.diff.rule import TorchSays, rules
from tests.schemas.torch_agreement import explanations, measure


def rows(pairs: int, seed: int) -> list[Row]:
    """Pairs that were drawn with this seed, and what became of the two questions about each."""
    found = measure(pairs, seed)
    for line in found.unexplained[:20]:
        print(line)
    explained = sum(found.explained.values())
    table = [
        Row(
            f"pairs of schemas, seed {seed}; torch refuses backward",
            "10000",
            f"{found.pairs}; {found.refused}",
            found.pairs >= 10000 if pairs >= 10000 else None,
        ),
        Row(
            "questions (backward, forward) at which the rules agree with torch; torch crashes",
            "",
            f"{found.agreed} of {2 * found.pairs}; {found.without_opinion}",
            None,
        ),
        Row("disagreements without a rule that says why", "0", f"{len(found.unexplained)}",
            not found.unexplained),
        Row("reasons named for the others", "", f"{explained}", None),
    ]  # fmt: skip
    for name in sorted(explanations()):
        rule, _, question = name.partition(", ")
        said = rules()[rule].torch or TorchSays("")
        verb = getattr(said, question)
        text = f"  {rule}: torch {verb} {question}. {said.because}"
        table.append(Row(text, "", f"{found.explained[name]}", None))
    return table
