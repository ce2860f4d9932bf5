"""Sizes that others use together: grids of their tests, models that were released."""
