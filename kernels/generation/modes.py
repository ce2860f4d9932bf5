"""The ways in which engines generate, as rows of a table."""

from conformance.contract import Mode

STOCK = Mode("vllm, stock", "vllm")
TRITON_ATTENTION = Mode("vllm, Triton attention", "vllm", {"attention": "triton"})
RUNNER_V2 = Mode("vllm, model runner V2", "vllm", {"runner": "v2"})
ALL_TRITON = Mode("vllm, all in Triton", "vllm", {"attention": "triton", "runner": "v2"})
RBLN = (
    Mode("vllm-rbln, custom kernels on", "vllm-rbln", {"custom-kernels": "on"}),
    Mode("vllm-rbln, custom kernels off", "vllm-rbln", {"custom-kernels": "off"}),
)
COMPILED = Mode("vllm, compiled", "vllm", {"compile": "inductor"})
VLLM = (STOCK, TRITON_ATTENTION, RUNNER_V2, ALL_TRITON, COMPILED)
GEMMA4 = (
    STOCK,
    Mode("vllm, router torch", "vllm", {"router": "torch"}),
    Mode("vllm, its Triton router", "vllm", {"router": "vllm-triton"}),
    Mode("vllm, our Triton router", "vllm", {"router": "ours"}),
    Mode("vllm, our operator", "vllm", {"router": "operator"}),
    Mode(
        "vllm, our operator, compiled", "vllm", {"router": "operator", "compile": "inductor"}
    ),
    Mode(
        "vllm, all in Triton", "vllm",
        {"router": "vllm-triton", "attention": "triton", "runner": "v2"},
    ),
)  # fmt: skip
