"""What stands for ``vllm.envs`` in kernels that ask for it: vLLM's own defaults."""

VLLM_BATCH_INVARIANT = False
