"""An exception is told with the place where the subject raised it."""

from pathlib import Path

import pytest
import torch

import conformance
from conformance.execution.describe import describe

OURS, TORCH = Path(conformance.__file__).parent, Path(torch.__file__).parent


def raised_in(*files):
    """What is said of an exception that passed through functions of these files, outermost first.

    Nothing has to exist there: a frame knows the name of its file only.
    """
    called = None
    for file in reversed(files):
        scope = {"called": called}
        body = "called()" if called else "raise ValueError('no')"
        exec(compile(f"def function():\n    {body}\n", str(file), "exec"), scope)
        called = scope["function"]
    try:
        called()
    except ValueError as error:
        return describe(error)


@pytest.mark.parametrize(
    "neighbour", [f"{OURS}_kernels/routing.py", f"{TORCH}vision/ops.py", f"{TORCH}_xla/ops.py"]
)
def test_packages_whose_names_begin_like_ours_are_the_subjects(neighbour):
    assert raised_in(neighbour, TORCH / "nn.py", OURS / "api.py").place == f"{neighbour}:2"


def test_the_innermost_place_of_the_subject_is_told():
    assert raised_in("/home/a.py", TORCH / "nn.py", "/home/b.py").place == "/home/b.py:2"


def test_an_exception_that_cannot_be_printed_has_no_message():
    class Mute(Exception):
        def __str__(self):
            raise RuntimeError

    assert describe(Mute()).message == "no message"
