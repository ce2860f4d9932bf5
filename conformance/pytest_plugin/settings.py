"""What is said of subjects beside their names, as pytest's options give it."""

from collections.abc import Sequence


def settings_of(texts: Sequence[str]) -> dict[str, str]:
    """``NAME=VALUE`` of each text. Raises ``ValueError`` for one that is none."""
    found: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not (name and equals and value):
            raise ValueError(f"--conformance-setting {text!r}: write NAME=VALUE, as router=ours")
        found[name] = value
    return found
