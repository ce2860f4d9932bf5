"""A device under PrivateUse1, as a vendor brings one: built from ``device.cpp``."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import torch

from conformance.execution.describe import describe
from conformance.execution.outcome import Outcome

NAME = "suitedevice"


def lacks_compiler() -> str | None:
    """What is missing to build it here."""
    for program in ("c++", "ninja"):
        if shutil.which(program) is None:
            return f"no {program} is installed"
    return None


def build() -> None:
    """Compile it, where that was not done before, and make torch know it in this process."""
    from torch.utils.cpp_extension import load

    source = Path(__file__).with_name("device.cpp")
    load(f"{NAME}_extension", [str(source)], extra_cflags=["-O0"], is_python_module=False)
    torch.utils.rename_privateuse1_backend(NAME)
    module: Any = ModuleType(f"torch.{NAME}")
    module.is_available = lambda: True
    module.is_initialized = lambda: True
    module.device_count = lambda: 1
    module.current_device = lambda: 0
    module._is_in_bad_fork = lambda: False
    module.manual_seed_all = lambda seed: None
    torch._register_device_module(NAME, module)


class PrivateDevice:
    """What an entry point of ``conformance.devices`` returns for it."""

    torch_device = f"{NAME}:0"
    mode = "PrivateUse1, in the memory of the CPU"

    def call(self, function: Callable[..., Any], arguments: Sequence[Any], poison: int) -> Outcome:
        """Call a subject with fresh memory filled with the byte ``poison``."""
        torch.ops.suitedevice.poison(poison)
        try:
            with torch.no_grad():
                return Outcome(function(*arguments))
        except Exception as error:
            return Outcome(raised=describe(error))
