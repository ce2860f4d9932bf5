"""The figures that the project promises, measured in one run: ``python -m benchmarks``."""
