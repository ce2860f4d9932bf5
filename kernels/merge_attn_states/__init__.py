"""Attention over two parts of a context, merged."""
