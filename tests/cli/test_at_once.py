"""What only shows a text, or tells a mistake, imports no torch and nothing that takes long."""

import subprocess
import sys

import pytest

SLOW = ("torch", "triton", "numpy", "hypothesis", "watchfiles", "jinja2")
TEXTS = [
    ("--help", 0),
    ("check --help", 0),
    ("replay --help", 0),
    ("list", 0),
    ("explain ties", 0),
    ("describe gemma4_routing", 0),
    ("describe rbln_attention", 0),
    ("check gemma4_routng", 2),
    ("check gemma4_routing --check vlaues", 2),
    ("check gemma4_routing --subject trtion --watch", 2),
    ("check gemma4_routing --profile qick", 2),
    ("replay 7f3a", 2),
    ("replay --last", 2),
    ("replay --list", 0),
    ("nonsense", 2),
]
ASK = """
import sys
from conformance.cli.main import main
try:
    code = main(sys.argv[1:])
except SystemExit as end:
    code = end.code
print("imported", *sorted(set(sys.modules) & set({slow!r})), file=sys.stderr)
raise SystemExit(code)
"""


@pytest.mark.parametrize(("words", "code"), TEXTS)
def test_a_text_imports_nothing_that_takes_long(words, code, tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", ASK.format(slow=SLOW), *words.split()],
        capture_output=True, text=True, timeout=60, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == code, done.stderr
    assert done.stderr.splitlines()[-1] == "imported"
