"""Operators: one folder each, with contract, reference, kernels and planted faults."""
