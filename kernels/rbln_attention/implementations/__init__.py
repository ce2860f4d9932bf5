"""This repository's implementations: which calls are refused, plain torch, Triton kernels."""
