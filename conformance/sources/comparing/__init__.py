"""Calls against schemas, launches against kernels; the findings of these comparisons."""
