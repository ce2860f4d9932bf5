"""The ten attention operators of Rebellions' vLLM plugin: paged caches, windows, masks."""
