"""Other ways to attend over a paged cache, measured beside our kernels."""
