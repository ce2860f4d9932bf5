"""Somebody who does what a page says, in an empty folder."""

import os
import re
import signal
import subprocess
from pathlib import Path

from .pages import Changed, Command, Step, Written

NUMBER = re.compile(r"\d+(?:\.\d+)?(?:e[+-]\d+)?")
_VERDICT = re.compile(r"(not )?conformant\b")


def follow(step: Step, folder: Path, path: str) -> None:
    """Do one thing. Raises ``AssertionError`` if it does not go as the page says."""
    match step:
        case Written(name, text):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
        case Changed(name, before, after):
            file = folder / name
            assert file.read_text().count(before) == 1, f"{name} does not hold once:\n{before}"
            file.write_text(file.read_text().replace(before, after))
        case Command(text, shown, code):
            got, output = (
                _watched(text, folder, path) if "--watch" in text else _run(text, folder, path)
            )
            told = f"$ {text}\n{output}"
            assert got == code, f"exit code {got}, the page says {code}:\n{told}"
            assert not shown or matches(shown, output), "\n".join(
                ["the page shows:", *shown, "but it prints:", told]
            )


def _environment(path: str) -> dict[str, str]:
    return {**os.environ, "PATH": path, "NO_COLOR": "1", "COLUMNS": "100"}


def _run(text: str, folder: Path, path: str) -> tuple[int, str]:
    done = subprocess.run(
        ["bash", "-c", text], cwd=folder, env=_environment(path), text=True, timeout=300,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    return done.returncode, done.stdout


def _watched(text: str, folder: Path, path: str) -> tuple[int, str]:
    """The same until the first verdict, where the reader presses Ctrl-C."""
    command = subprocess.Popen(
        ["bash", "-c", f"exec {text}"], cwd=folder, env=_environment(path), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    assert command.stdout is not None
    lines = []
    for line in command.stdout:
        lines.append(line)
        if _VERDICT.match(line):
            command.send_signal(signal.SIGINT)
            break
    rest, _ = command.communicate(timeout=120)
    return command.returncode, "".join(lines) + rest


def matches(shown: tuple[str, ...], output: str) -> bool:
    """Whether the output is what the page shows.

    Numbers may be others. A line ``…`` stands for any lines, and ``…`` in a line for any text.
    """
    pattern = ""
    for line in shown:
        if line.strip() == "…":
            pattern += r"(?:[^\n]*\n)*?"
        else:
            parts = (re.escape(NUMBER.sub("0", part).rstrip()) for part in line.split("…"))
            pattern += r"[^\n]*".join(parts) + r"[ ]*\n"
    text = NUMBER.sub("0", output.rstrip("\n") + "\n")
    return re.fullmatch(pattern, text) is not None
