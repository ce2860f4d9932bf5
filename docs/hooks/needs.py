"""Commands on a page that no test runs, each with one of these reasons.

In a page ``<!-- needs: gpu -->`` stands in the line before the block. What it means is shown there.
"""

import re

REASONS = {
    "gpu": "it needs a GPU",
    "npu": "it needs an NPU of Rebellions",
    "vllm": "it needs an installed vLLM (3.5 GB)",
    "network": "it fetches a release from a package index",
    "long": "it takes minutes",
}
"""What a command may need that a machine which tests the pages does not have."""

MARK = re.compile(r"^<!-- needs: (?P<reason>[\w-]+) -->$", re.MULTILINE)


def shown(markdown: str) -> str:
    """The page with each mark turned into a sentence. Raises ``KeyError`` for another reason."""
    return MARK.sub(
        lambda found: f"*No test runs the next commands: {REASONS[found['reason']]}.*\n", markdown
    )
