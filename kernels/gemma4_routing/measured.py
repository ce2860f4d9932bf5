"""What is measured of routing, against whom, and how launch shapes are found. Data only."""

from conformance.contract import Measured, Peer, Tuning, imported

_HERE = "conformance_kernels.gemma4_routing"
MEASURED_VERSION = "0.32.0"
"""The release of vLLM that is measured."""

MEASURED = Measured(
    points=tuple(
        {"T": tokens, "E": 128, "K": 8, "dtype": dtype}
        for dtype in ("bfloat16", "float32")
        for tokens in (1, 64, 2048, 32768, 250_000)
    ),
    along="T",
    along_meaning="tokens",
    peers=(
        Peer("eager", f"{_HERE}.peers:eager", "softmax, top-K, renormalise, scale in eager torch"),
        Peer(
            "vllm eager",
            f"{_HERE}.peers:vllm_eager()",
            f"what vLLM {MEASURED_VERSION} does without its kernel: top-K, softmax, a one-hot mask",
        ),
        Peer(
            "compiled",
            f"{_HERE}.peers:eager",
            "eager through torch.compile, in its fastest mode",
            modes=("default", "max-autotune-no-cudagraphs", "reduce-overhead"),
        ),
        Peer("vllm", f"vllm=={MEASURED_VERSION}", f"the kernel that vLLM {MEASURED_VERSION} ships"),
        Peer("torch", f"{_HERE}.torch_route:route_torch", "our fallback, in torch"),
    ),
    moved=imported(f"{_HERE}.peers:moved"),
)

TUNED_SIZES = ((128, 8), (128, 4), (64, 6), (64, 8), (256, 8), (512, 10), (32, 4))
"""Experts, and how many a token gets, of models that are served."""

TUNING = Tuning(
    table=f"{_HERE}:launch_shapes.json",
    points=tuple(
        {"T": tokens, "E": experts, "K": topk, "dtype": dtype}
        for experts, topk in TUNED_SIZES
        for dtype in ("bfloat16", "float16", "float32")
        for tokens in (1, 64, 512, 2048, 8192, 32768, 250_000)
    ),
    candidates=imported(f"{_HERE}.tuning:candidates"),
    call=imported(f"{_HERE}.tuning:call_with"),
    up_to=("T",),
)
