"""The reference of the configuration, from the table that the reader is made from."""

from pathlib import Path

from conformance.policy.configuration.keys import CHOICES, LIMITS, OPERATOR, PROJECT

TEXT = Path(__file__).parents[1] / "configuration.head.txt"


def page() -> str:
    """The page: what is written by hand, and the keys."""
    lines = [TEXT.read_text(encoding="utf-8")]
    for title, said, keys in (
        ("Keys of the project", "At the top of `conformance.toml`, or under `[tool.conformance]`.",
         (*PROJECT, *CHOICES)),
        ("Keys of an operator", "Under `[operators.NAME]`, or `[tool.conformance.operators.NAME]`. "
         "An operator may also have every key of the project but `jobs`.", OPERATOR),
        ("Limits", "In the table `limits`.", LIMITS),
    ):  # fmt: skip
        lines += [f"## {title}", "", said, "", "| key | takes | meaning |", "| --- | --- | --- |"]
        lines += [f"| `{key.name}` | {key.values.words} | {key.meaning} |" for key in keys]
        lines.append("")
    return "\n".join(lines)
