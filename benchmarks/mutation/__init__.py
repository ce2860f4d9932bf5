"""Does the suite notice changes of itself? ``python -m benchmarks.mutation``."""
