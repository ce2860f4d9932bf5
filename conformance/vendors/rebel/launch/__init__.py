"""Kernels, and the launch that runs them."""
