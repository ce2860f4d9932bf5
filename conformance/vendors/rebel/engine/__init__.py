"""vllm-rbln as an engine: over the vendor's compiler, or over an emulated one."""
