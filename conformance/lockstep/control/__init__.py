"""Branches and loops of kernels: programs part where they disagree, and meet again behind it."""
