"""The calls of operators and the launches of kernels that the paths reach."""
