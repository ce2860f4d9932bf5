"""Registrations in C++: ``TORCH_LIBRARY`` and its relatives."""
