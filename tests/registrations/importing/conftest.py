"""Files that register operators in namespaces that nobody else has."""

import itertools
import json
import subprocess
import sys
from textwrap import dedent

import pytest

_count = itertools.count()

HEAD = "import torch\nfrom torch import Tensor\n"

_SHOW = """
import json, sys
from dataclasses import asdict
from conformance.registrations.importing import importing
print(json.dumps(asdict(importing(sys.argv[1]))))
"""


@pytest.fixture
def namespace():
    """A namespace that no operator of this process has."""
    return f"importing_{next(_count)}"


@pytest.fixture
def written(tmp_path, namespace):
    """Writes a file of a text in which ``NS`` stands for the namespace; gives its path."""

    def write(text, name="my_ops.py"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(HEAD + dedent(text).replace("NS", namespace))
        return str(path)

    return write


@pytest.fixture
def elsewhere(tmp_path):
    """What importing a text does in a process of its own, as a dictionary."""

    def run(text, seconds=120):
        ended = subprocess.run(
            [sys.executable, "-c", _SHOW, text],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=seconds,
        )
        assert ended.returncode == 0, ended.stderr[-2000:]
        return json.loads(ended.stdout.splitlines()[-1])

    return run
