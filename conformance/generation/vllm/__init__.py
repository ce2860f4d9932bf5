"""vLLM as a kind of engine. vLLM is imported in the engine's process only, inside functions."""
