"""Every command that a page shows is run, in order, in an empty folder."""

import re

import pytest

from conformance.cli.main import parser

from ..examples.steps import programs
from .pages import Command, blocks, inline_commands, pages, steps
from .reader import follow

WITH_COMMANDS = [
    name for name, text in pages().items() if any(isinstance(s, Command) for s in steps(text))
]


@pytest.mark.parametrize("name", WITH_COMMANDS)
def test_what_a_page_shows_happens(tmp_path, name):
    path = programs(tmp_path / "programs")
    folder = tmp_path / "folder"
    folder.mkdir()
    for step in steps(pages()[name]):
        follow(step, folder, path)


@pytest.mark.parametrize("name", [name for name in pages() if name != "README.md"])
def test_commands_stand_where_they_are_run(name):
    for language, _, body in blocks(pages()[name]):
        assert language not in ("bash", "sh", "shell", ""), body
        if language != "console":
            assert not re.search(r"^\$ ", body, re.MULTILINE), body


@pytest.mark.parametrize("name", list(pages()))
def test_commands_within_sentences_are_ones_that_the_suite_reads(name, capsys):
    for text in inline_commands(pages()[name]):
        words = text.split()[1:]
        if "…" in text or words[0] in ("--help", "--version"):
            continue
        if len(words) == 1:  # the command itself, which may need more
            words.append("--help")
        try:
            parser().parse_args(words)
        except SystemExit as end:
            assert end.code == 0, (text, capsys.readouterr().err)
