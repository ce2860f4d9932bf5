"""Lines fit a terminal, and are whole where there is none."""

from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.reports.text.fitting import cut, wrapped


def test_a_line_that_is_too_long_loses_its_middle():
    assert cut("a" * 30 + "b" * 30, 31) == "a" * 20 + "…" + "b" * 10
    assert cut("short", 31) == "short" and cut("x" * 100, None) == "x" * 100


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.text("abc ,=", max_size=300), st.integers(40, 120))
def test_whatever_the_text_no_line_is_wider_and_no_word_is_lost(text, width):
    assert len(cut(text, width)) <= width
    lines = wrapped(text, width, "    ")
    assert all(len(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert wrapped(text, None, "    ") == [text]
