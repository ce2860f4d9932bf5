"""The running kernel, the rules that it breaks, and the session that collects them."""
