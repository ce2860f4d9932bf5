"""GPUs by name."""

import subprocess
import sys

import pytest

from conformance.targets.gpus import GPUS, gpu, parse_targets


def test_a_list_names_each_gpu_once_in_order():
    assert parse_targets("gfx942, sm_90,gfx942") == ("gfx942", "sm_90")


def test_an_unknown_gpu_is_told_with_the_nearest():
    with pytest.raises(ValueError, match=r"no target 'sm_9'; known: .*sm_100.*; did you mean"):
        parse_targets("sm_80,sm_9")


@pytest.mark.parametrize(
    ("name", "shared"),
    [("sm_80", 166_912), ("sm_90", 232_448), ("sm_100", 232_448), ("gfx942", 65_536),
     ("gfx950", 163_840)],
)  # fmt: skip
def test_shared_memory_is_what_the_vendors_tables_say(name, shared):
    assert gpu(name).shared == shared


def test_names_need_neither_torch_nor_triton():
    code = "import sys; import conformance.targets.gpus as g; print(len(g.GPUS))\n"
    code += "assert not {'torch', 'triton'} & set(sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(len(GPUS))
