"""An engine that needs torch alone: a tiny decoder with experts, over a paged KV cache."""
