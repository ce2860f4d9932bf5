"""What is measured of routing: decode and prefill steps of Gemma 4, against whom. Data only."""

from conformance.contract import Measured, Peer, imported

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
