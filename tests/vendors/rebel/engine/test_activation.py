"""The emulated compiler is there in every process whose search path begins with its folder."""

import os
import subprocess
import sys
from pathlib import Path

from conformance.generation.setup import ProcessSetup
from conformance.vendors.rebel.engine.kind import VLLM_RBLN

from ..test_install import make_rebel


def python(program: str, *folders: Path) -> str:
    """What a program prints in a fresh process with the folders in front of its search path."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, folders))}
    command = [sys.executable, "-P", "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


FOLDERS = VLLM_RBLN.paths(ProcessSetup("vllm_rbln"))
ASKED = (
    "import rebel, torch.rbln;"
    "from rebel import CompileContext, triton, flags, profiler;"
    "from rebel.core.torch_compile import rbln_backend;"
    "from rebel.kv_cache import aligned_tensor;"
    "from rebel.core import mega_cache;"
    "from rebel.ops.torch_custom_ops import attn;"
    "from conformance.vendors.rebel import is_real;"
)


def test_the_first_import_of_rebel_brings_the_emulation():
    said = python(f"{ASKED} print(rebel.__version__, is_real(), torch.rbln.is_available())",
                  *FOLDERS)  # fmt: skip
    assert said == "0.12+emulated False False"


def test_it_reaches_processes_that_such_a_process_starts():
    child = "import rebel; print(rebel.get_npu_name())"
    program = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    assert python(program, *FOLDERS) == "RBLN-CR03"


def test_operators_of_samplers_are_defined():
    rows = "torch.tensor([[1., 3., 3.], [2., 0., 1.]])"
    said = python(f"{ASKED} print(torch.ops.rbln.argmax({rows}))", *FOLDERS)
    assert said == "tensor([1, 0], dtype=torch.int32)"


def test_what_is_not_emulated_is_refused_by_name():
    program = (
        f"{ASKED}\ntry:\n    rebel.compile_from_torch\nexcept Exception as error:\n    print(error)"
    )
    assert "does not support rebel.compile_from_torch" in python(program, *FOLDERS)


def test_where_the_compiler_is_installed_nothing_is_put_in_its_place(tmp_path):
    program = (
        "from conformance.generation.setup import ProcessSetup;"
        "from conformance.vendors.rebel.engine.kind import VLLM_RBLN;"
        "setup = ProcessSetup('vllm_rbln');"
        "print(len(VLLM_RBLN.paths(setup)), 'RBLN_FORCE_NPU_NAME' in VLLM_RBLN.environment(setup))"
    )
    assert python(program, make_rebel(tmp_path, "True")) == "0 False"
    assert python(program) == "1 True"
