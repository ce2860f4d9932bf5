"""Tiny models from recipes, and what Hugging Face says of their tokens."""
