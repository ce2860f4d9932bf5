"""Kernels as Triton's language reads them: syntax, operators, calls, reductions."""
