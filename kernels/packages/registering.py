"""What packages of other people need before they register their operators. Nothing is patched."""

import importlib
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

import torch

NO_VARIABLES: dict[str, Any] = {}
OFF = False
TARGET = "rbln"

_vllm: list[torch.library.Library] = []


def off() -> bool:
    """No."""
    return OFF


def emulate_rebel() -> str:
    """Make the compiler `rebel` importable; how its kernels are executed then."""
    from conformance.vendors.rebel.install import VERSION, install, is_real

    if is_real():
        return ""
    install()
    return f"vendor kernels emulated (rebel {VERSION})"


def direct_register_custom_op(
    op_name: str,
    op_func: Callable[..., Any],
    mutates_args: list[str] | None = None,
    fake_impl: Callable[..., Any] | None = None,
    target_lib: torch.library.Library | None = None,
    dispatch_key: str | None = None,
    tags: tuple[torch.Tag, ...] = (),
) -> None:
    """What stands for vLLM's function of that name: a kernel for the device of the platform."""
    if target_lib is None and not _vllm:
        _vllm.append(torch.library.Library("vllm", "FRAGMENT"))
    library = target_lib or _vllm[0]
    schema = torch.library.infer_schema(op_func, mutates_args=mutates_args or [])
    library.define(op_name + schema, tags=tags)
    library.impl(op_name, op_func, dispatch_key or "CPU")
    if fake_impl is not None:
        torch.library.register_fake(f"{library.ns}::{op_name}", fake_impl, lib=library)


def prepare_vllm() -> str:
    """Keep vLLM's Triton kernels where there is no GPU."""
    from ..gemma4_routing.installed import prepare

    prepare()
    return ""


def vllm_libraries(version: str) -> tuple[str, ...]:
    """The library of vLLM's CPU build for this processor (`CpuPlatform.import_kernels`)."""
    capability = torch.cpu.get_capabilities()
    if capability.get("avx512_bf16"):
        return ("vllm/_C.abi3.so",)
    name = "_C_AVX512" if capability.get("avx512_f") else "_C_AVX2"
    return (f"vllm/{name}.abi3.so",)


def choose_cpu_platform(version: str) -> None:
    """Make vLLM's CPU platform the current one: a release that is not installed tells vLLM none.

    Its kernels are loaded already, from the wheel.
    """
    # Where vLLM looks whether an extension is there.
    for name in ("_C", "_C_AVX2", "_C_AVX512"):
        sys.modules.setdefault(f"vllm.{name}", ModuleType(f"vllm.{name}"))
    platforms = importlib.import_module("vllm.platforms")
    platforms._current_platform = importlib.import_module("vllm.platforms.cpu").CpuPlatform()


class TypeAdapter:
    """What stands for pydantic's class of that name while vLLM is imported."""

    def __init__(self, *arguments: Any, **keywords: Any) -> None: ...

    def validate_python(self, value: Any, **keywords: Any) -> Any:
        raise NotImplementedError("pydantic is not installed here")

    validate_json = dump_python = dump_json = validate_python
