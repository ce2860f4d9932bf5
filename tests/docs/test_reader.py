"""A page that is not true fails."""

import pytest

from .pages import Changed, Command, Written, inline_commands, steps
from .reader import follow, matches

PAGE = """# A page

```text title="a/b.txt"
one
two
```

```diff title="a/b.txt"
 one
-two
+three
```

Then `conformance list` and `others`:

```console
$ cat a/b.txt
one
three
$ true
```

<!-- exit: 1 -->
```console
$ false
```

<!-- needs: gpu -->
```console
$ conformance check x --device cuda
```
"""


def test_a_page_is_read_as_what_a_reader_does():
    assert list(steps(PAGE)) == [
        Written("a/b.txt", "one\ntwo\n"),
        Changed("a/b.txt", "one\ntwo\n", "one\nthree\n"),
        Command("cat a/b.txt", ("one", "three"), 0),
        Command("true", (), 0),
        Command("false", (), 1),
    ]
    assert list(inline_commands(PAGE)) == ["conformance list"]


def test_a_true_page_passes(tmp_path):
    for step in steps(PAGE):
        follow(step, tmp_path, "/usr/bin:/bin")


@pytest.mark.parametrize(
    ("true", "untrue"),
    [
        ("one\nthree\n$ true", "one\nfour\n$ true"),
        ("$ true", "$ false"),
        ("exit: 1", "exit: 0"),
        ("-two\n", "-2\n"),
        ("needs: gpu", "needs: patience"),
    ],
)
def test_an_untrue_page_fails(tmp_path, true, untrue):
    assert true in PAGE
    with pytest.raises(AssertionError):
        for step in steps(PAGE.replace(true, untrue)):
            follow(step, tmp_path, "/usr/bin:/bin")


@pytest.mark.parametrize(
    ("shown", "printed", "same"),
    [
        (("took 2.0 s",), "took 3.15 s\n", True),
        (("…",), "", True),
        (("a", "…", "d"), "a\nb\nc\nd\n", True),
        (("a…c",), "abbc\n", True),
        (("a", "d"), "a\nb\nd\n", False),
        (("PASS",), "FAIL\n", False),
        (("a…c",), "ab\nc\n", False),
    ],
)
def test_numbers_and_ellipses_are_loose_and_nothing_else_is(shown, printed, same):
    assert matches(shown, printed) is same
