"""A folder in which ``conformance new`` has begun an operator."""

from pathlib import Path

from conformance.templates.rendering import of_operator

FAULTS = {
    "norm": ("y_pointer + row * N", "y_pointer + row * BLOCK", "values"),
    "select": ("is_left & (left == largest)", "left == largest", "ties"),
    "cache": ("if slot < 0:", "if slot < -1:", "bounds"),
}
"""For each template a fault of its kernel: what is written in place of what, and who finds it."""


def begun(folder: Path, template: str, name: str) -> Path:
    """The folder, with contract, kernel and test of a template in it."""
    for path, text in of_operator(template, name).items():
        (folder / path).write_text(text)
    return folder


def plant(file: Path, right: str, wrong: str) -> None:
    """Put a fault into a file."""
    text = file.read_text()
    assert right in text
    file.write_text(text.replace(right, wrong))
