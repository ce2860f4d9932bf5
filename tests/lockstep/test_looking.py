"""Looking into a kernel: breakpoints, what blocks print as, what kernels print."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
import triton

from conformance.lockstep import lockstep

from .subjects import debugged

# The folder that `tests` lies in comes last: `conformance` is the installed one.
SCRIPT = """
import sys
sys.path.append({tests!r})
import torch
from conformance.lockstep import lockstep
from tests.lockstep.subjects.debugged import stops

def main():
    y = torch.zeros(10)
    with lockstep() as report:
        stops[(3,)](torch.arange(10.0), y, 10, BLOCK=4)
    print(y.tolist())

main()
"""


def session(tmp_path, *commands, **environment):
    """What a debugger in a process of its own prints for each command."""
    script = tmp_path / "script.py"
    script.write_text(SCRIPT.format(tests=str(Path(__file__).parents[2])))
    done = subprocess.run(
        [sys.executable, script], input="\n".join(commands) + "\n", text=True, timeout=120,
        capture_output=True, env={**os.environ, **environment},
    )  # fmt: skip
    return done.stdout.split("(Pdb) "), done


def lines_of(kernel, text):
    return [n for n, line in enumerate(kernel.raw_src, kernel.starting_line_number) if text in line]


def test_a_breakpoint_stops_in_the_kernel_s_own_line(tmp_path):
    told, _ = session(tmp_path, "q")
    (line,) = lines_of(debugged.stops, "result = _helped(value)")
    assert "3 of 3 programs in lockstep, the first is (0, 0, 0)" in told[0]
    assert f"> {debugged.__file__}({line})stops()\n-> result = _helped(value)" in told[0]


def test_only_frames_of_the_author_are_shown(tmp_path):
    told, _ = session(tmp_path, "where", "up", "q")
    frames = [line for line in told[1].splitlines() if not line.startswith("->")]
    assert [line.split("(")[-2].partition(")")[2] for line in frames] == [
        "<module>", "main", "stops"
    ]  # fmt: skip
    assert "main()" in told[2] and "-> stops[(3,)]" in told[2]


def test_variables_print_as_numbers_with_their_program(tmp_path):
    told, _ = session(tmp_path, "p value", "p value.in_program(2).tolist()", "p BLOCK", "q")
    assert told[1].strip() == (
        "fp32[4] in program (0, 0, 0), the first of 3 in lockstep: [0. 1. 2. 3.]"
    )
    assert told[2].strip() == "[8.0, 9.0, None, None]"
    assert told[3].strip() == "4"


def test_stepping_goes_from_kernel_to_kernel_and_back(tmp_path):
    told, _ = session(tmp_path, "step", "c", "next", "next", "q")
    assert "_helped()" in told[1]
    assert "stops()\n-> if pid > 0:" in told[4]


def test_a_set_trace_of_pdb_stops_as_well_and_programs_that_disagree_run_again(tmp_path):
    told, done = session(tmp_path, "c", "where", *["c"] * 8)
    assert "_helped()\n-> return value * 2" in told[1]
    assert "stops()" in told[2] and "_helped()" in told[2] and "conformance" not in told[2]
    assert "2 of 3 programs in lockstep, the first is (1, 0, 0)" in done.stdout
    assert done.stdout.endswith(f"{[0.0, 2.0, 4.0, 6.0, *range(9, 20, 2)]}\n".replace(
        "9, 11, 13, 15, 17, 19", "9.0, 11.0, 13.0, 15.0, 17.0, 19.0"))  # fmt: skip


def test_to_quit_is_no_exception_of_the_kernel(tmp_path):
    _, done = session(tmp_path, "q")
    assert done.returncode != 0
    assert done.stderr.splitlines()[-1].endswith("DebuggerQuit: the debugger was left")


def test_breakpoints_can_be_switched_off(tmp_path):
    told, _ = session(tmp_path, PYTHONBREAKPOINT="0")
    assert "stops()" not in told[0]  # the one that is no breakpoint() still stops
    assert "_helped()" in told[0]


def test_another_debugger_is_called_in_the_kernel_s_frame(monkeypatch):
    seen = []
    monkeypatch.setattr(sys, "breakpointhook", lambda: seen.append(sys._getframe(1)))
    monkeypatch.setattr(debugged.pdb, "set_trace", lambda: seen.append(sys._getframe(1)))
    with lockstep():
        debugged.stops[(1,)](torch.arange(4.0), torch.zeros(4), 4, BLOCK=4)
    assert [frame.f_code.co_name for frame in seen] == ["stops", "_helped"]
    assert seen[0].f_code.co_filename == debugged.__file__


def shown(grid, chunk=None, **options):
    """What a kernel's values print as."""
    told = []

    def see(*values):
        told.extend([str(each) for each in values])

    with lockstep(chunk=chunk, **options):
        debugged.shows[grid](
            torch.arange(8, dtype=torch.bfloat16), torch.zeros(8), 3, SEEN=see, BLOCK=4
        )
    return told


def test_a_block_says_its_type_its_numbers_and_how_many_programs_there_are():
    pointer, pid, value, total = shown((2,))
    assert pointer == "*bf16[] in each of 2 programs in lockstep, bytes into 'x': 0"
    assert pid == "int32[] in program (0, 0, 0), the first of 2 in lockstep: 0"
    assert value == "bf16[4] in program (0, 0, 0), the first of 2 in lockstep: [0.0 1.0 2.0 --]"
    assert total.endswith(": 3.0")


def test_of_one_program_it_says_which_one():
    told = shown((2,), chunk=1)
    assert told[6] == "bf16[4] in program (1, 0, 0): [4.0 5.0 6.0 --]"


def test_lanes_of_poison_are_marked():
    assert shown((1,), poison=0xFF)[2].endswith("[0.0 1.0 2.0 --]")


def printed(capsys, kernel, grid, *arguments, **options):
    with lockstep():
        kernel[grid](*arguments, **options)
    return capsys.readouterr().out.splitlines()


def test_a_kernel_prints_a_line_for_each_element_as_on_a_gpu(capsys):
    told = printed(capsys, debugged.prints, (2,), torch.tensor([1.5, 2.5]), 1, BLOCK=2)
    assert "pid (0, 0, 0) idx (0) x: 1.5" in told
    assert "pid (1, 0, 0) idx (1) x: 0.0 (undefined: masked off)" in told
    assert "pid (0, 0, 0) idx (1) code: 0x00000001" in told
    assert "pid (0, 0, 0) idx (1) two: (operand 1) 1" in told
    assert "pid (1, 0, 0) here" in told
    assert "pid (0, 0, 0) idx (0): 1.5" in told
    assert "pid (0, 0, 0) idx () block: 2" in told
    assert told.count("type fp32") == 1
    assert told[0] == "static fp32[constexpr[2]]" or told[0] == "static fp32[2]"


def test_what_is_printed_is_bounded_and_the_rest_is_counted(capsys):
    told = printed(capsys, debugged.prints_much, (3,), torch.arange(128.0), BLOCK=128)
    assert len(told) == 257
    assert told[0] == "pid (0, 0, 0) idx (  0) x: 0.0"
    assert told[-1] == "… 128 further lines of this launch; the first 256 are shown"


def test_what_was_printed_before_an_assertion_is_shown_and_the_assertion_says_where(capsys):
    (line,) = lines_of(debugged.prints_and_fails, "device_assert")
    with pytest.raises(AssertionError) as failed, lockstep():
        debugged.prints_and_fails[(4,)](torch.zeros(1), debug=True)
    assert str(failed.value) == (
        f"too many programs (program (2, 0, 0), {debugged.__file__}:{line})"
    )
    assert "pid (0, 0, 0) idx () before: 0" in capsys.readouterr().out.splitlines()


def test_triton_is_what_it_was():
    assert triton.language.tensor.__repr__ is object.__repr__
