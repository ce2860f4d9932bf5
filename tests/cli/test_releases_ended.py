"""A table of releases that a signal ends is written as far as it is known."""

import json
import signal

from ..stateful.package import install
from .started import Started

HANGS = """
    if version == "2.0":
        import time
        (HERE / "called").touch()
        time.sleep(600)
"""


def test_a_table_that_a_signal_ends_is_whole_and_leaves_no_process(tmp_path):
    path = install(tmp_path) / "toys.py"
    text = path.read_text()
    head = '    if version == "4.0":\n'
    assert text.count(head) == 1
    path.write_text(text.replace(head, HANGS.lstrip("\n") + head))
    words = ["releases", "toys", "--release", "1.0", "--release", "2.0", "--release", "3.0"]
    words += ["--jobs", "1", "--json", "a.json"]
    with Started(tmp_path, *words, environment={"PYTHONPATH": str(tmp_path)}) as command:
        numbers = [signal.SIGHUP, signal.SIGTERM, signal.SIGINT]
        code, out, error = command.wait_for().send(*numbers).ended()
    assert (code, error) == (3, "conformance: interrupted\n")
    document = json.loads((tmp_path / "a.json").read_text())
    assert document["complete"] is False
    cells = {}
    for cell in document["cells"]:
        cells.setdefault(cell["release"], set()).add(cell["verdict"])
    assert list(cells) == ["1.0", "2.0", "3.0"]
    assert "FAIL" in cells["1.0"] and cells["2.0"] == cells["3.0"] == {"NOT_RUN"}
    assert "the command was interrupted" in out
