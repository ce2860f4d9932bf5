"""The ten attention operators of Rebellions' vLLM plugin: paged caches, windows, masks.

What they owe: `names`, `table` (one line each), `axes`, `tensors`, `scene`, `masks`, `reference`,
`contract`. Where they are: `implementations` (this repository's), `registration` (with PyTorch and
an engine), `releases` (the vendor's, and what is asked of each). Faults to plant: `faults`.
"""
