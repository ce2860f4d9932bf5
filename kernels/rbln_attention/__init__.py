"""The ten attention operators of Rebellions' vLLM plugin: paged caches, windows, masks.

What they owe: `names`, `table` (one line each), `axes`, `tensors`, `scene`, `masks`, `reference`,
`contract`.
This repository's own: `calls`, `signatures`, `arguments` (what is refused), `torch_attention`,
`triton_*` with `launch`, `dispatch`, `selection` (the environment's choice), `operator` and
`vendor_namespace` (registration).
The vendor's releases: `released` (data), `vendor` (loading), `vendor_comparison`, `aspects`
(columns of the table of releases), `call_site*` (what its backend passes, by syntax).
Faults to plant: `faults`.
"""
