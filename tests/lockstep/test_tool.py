"""``from conformance.lockstep import lockstep``: a tool of its own, without any contract."""

import json
import pydoc
import subprocess
import sys
from pathlib import Path

import pytest
import torch

import conformance.lockstep
from conformance.lockstep import MemoryFindings, lockstep

from .subjects import arithmetic, debugged

EXAMPLE = Path(__file__).parents[2] / "examples" / "lockstep.py"


def doubled(x, masked=True):
    y = torch.empty_like(x)
    debugged.double[(2,)](x, y, len(x), BLOCK=8, MASKED=masked)
    return y


def test_the_report_tells_launches_and_that_nothing_was_broken():
    with lockstep() as report:
        doubled(torch.arange(11.0))
        doubled(torch.arange(11.0))
    launches, nothing = str(report).splitlines()
    assert launches.startswith("double: 2 launches, 4 programs, ")
    assert nothing == "no rule of memory was broken"


def test_the_report_tells_each_finding_with_its_line():
    with lockstep() as report:
        doubled(torch.arange(11.0), masked=False)
    _, count, finding = str(report).splitlines()
    assert count == "1 finding"
    assert "out-of-bounds read of argument 'x' at byte 44 by program (1, 0, 0), 5" in finding
    assert f"{debugged.__file__}:{report.violations[0].line}" in finding


def test_without_a_launch_it_says_so():
    with lockstep() as report:
        pass
    assert str(report) == "no kernel was launched"


def test_raising_raises_at_the_end_of_the_context():
    match = "1 finding\n  out-of-bounds read"
    with pytest.raises(MemoryFindings, match=match) as raised, lockstep(raising=True):
        doubled(torch.arange(11.0), masked=False)
    assert [each.argument for each in raised.value.violations] == ["x"]


def test_an_exception_of_the_body_stays_what_it_is():
    with pytest.raises(KeyError), lockstep(raising=True):
        doubled(torch.arange(11.0), masked=False)
        raise KeyError


def test_as_a_decorator_each_call_has_a_session_of_its_own():
    checked = lockstep()(doubled)
    assert checked.__name__ == "doubled"
    assert torch.equal(checked(torch.arange(11.0)), 2 * torch.arange(11.0))
    with pytest.raises(MemoryFindings):
        checked(torch.arange(11.0), masked=False)
    assert torch.equal(checked(torch.arange(11.0)), 2 * torch.arange(11.0))
    assert not conformance.lockstep.is_open()
    arithmetic.add  # noqa: B018 -- other kernels of the process are as they were


def test_the_example_runs_as_it_is():
    done = subprocess.run([sys.executable, EXAMPLE], capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    told = done.stdout.splitlines()
    assert told[0] == "right numbers: True"
    assert "out-of-bounds read of argument 'x'" in told[3]
    assert told[-1] == "raised: 1 finding"


def test_in_a_cell_of_a_notebook():
    """A notebook keeps the text of its cells where ``linecache`` finds it, and runs it so."""
    source = EXAMPLE.read_text().replace('if __name__ == "__main__":\n    main()', "main()")
    cell = (
        "import json, linecache, sys\n"
        f"text = json.loads({json.dumps(json.dumps(source))})\n"
        "name = '/tmp/ipykernel_1/1234.py'\n"
        "linecache.cache[name] = (len(text), None, text.splitlines(True), name)\n"
        "exec(compile(text, name, 'exec'), vars(sys.modules['__main__']))\n"
    )
    done = subprocess.run([sys.executable, "-c", cell], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "/tmp/ipykernel_1/1234.py:" in done.stdout


def test_help_explains_the_tool():
    text = pydoc.plain(pydoc.render_doc(conformance.lockstep))
    for said in ("with lockstep() as report", "@lockstep()", "breakpoint()", "in_program(3)"):
        assert said in text
