"""The operators of generation, by name. Imports nothing."""

FAMILY = ("generate_qwen3", "generate_gemma4", "generate_mistral")
