"""Dtypes by name, and the bits of tensors."""
