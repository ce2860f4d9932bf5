"""Calls that every implementation must answer, by what is unusual about them."""

import pytest
import torch

from .cases import FAMILY

CAUSAL_PREFILL, CAUSAL_DECODE = (f"flash_causal_attention_naive_{p}" for p in ("prefill", "decode"))
MASK_PREFILL, MASK_DECODE = (f"flash_attention_naive_{p}" for p in ("prefill", "decode"))
WINDOW_PREFILL, WINDOW_DECODE = (
    f"sliding_window_attention_naive_{p}" for p in ("prefill", "decode")
)

_DTYPES = (torch.float32, torch.bfloat16, torch.float16)

GRID = {
    "usual": [(name, {"seed": seed}) for name in FAMILY for seed in (0, 1)],
    "size": [
        (name, {"size": size, "heads": 1})
        for name in (CAUSAL_PREFILL, WINDOW_DECODE)
        for size in (1, 3, 16, 17, 80, 256)
    ],
    "slots": [
        (MASK_DECODE, {"slots": slots, "parts": parts, "length": 2})
        for slots, parts in ((1, 7), (3, 5), (33, 4), (64, 1))
    ],
    "dtype": [
        (name, {"dtype": dtype, "cache_dtype": cache, "size": 33, "loud": 3.0})
        for name in (CAUSAL_PREFILL, WINDOW_DECODE)
        for dtype in _DTYPES
        for cache in _DTYPES
    ],
    "scale": [
        (name, {"scale": scale})
        for name in (MASK_PREFILL, WINDOW_PREFILL)
        for scale in (0.0, -0.7, 40.0, torch.tensor(0.11, dtype=torch.float64),
                      torch.tensor(0.11, dtype=torch.bfloat16))
    ],
    "loud": [
        (name, {"loud": 1e4, "length": 5, "slots": 16, "dtype": dtype})
        for name in (CAUSAL_DECODE, "attention_naive_prefill")
        for dtype in (torch.float32, torch.bfloat16)
    ],
    "borders": [
        (CAUSAL_DECODE,
         {"rows": 5, "starts": (0, 3, 4, 5, 12 - length), "length": length, "index_dtype": index,
          "absolute": absolute})
        for length in (1, 4, 7)
        for index, absolute in ((torch.int16, False), (torch.int32, True))
    ],
    "mask": [
        (MASK_DECODE,
         {"mask": mask, "length": 4, "slots": 40, "parts": 4, "starts": (100, 7)})
        for mask in ("causal", "late", "nothing", "every-other")
    ],
    "tiles": [
        (CAUSAL_PREFILL,
         {"length": 50, "slots": 16, "parts": 8, "groups": 3, "heads": 1, "starts": (70,)}),
        (MASK_PREFILL,
         {"length": 50, "slots": 16, "parts": 8, "groups": 3, "heads": 1, "starts": (70,)}),
        (WINDOW_PREFILL,
         {"length": 70, "real": (61,), "width": 20, "held": (20,), "groups": 3, "heads": 1}),
        (WINDOW_PREFILL,
         {"length": 9, "width": 150, "held": (144,), "size": 130, "heads": 1}),
        *(
            (name, {"groups": 3, "heads": 1, "dtype": dtype, "length": 110, **options})
            for dtype in (torch.bfloat16, torch.float16)
            for name, options in (
                (CAUSAL_PREFILL, {"slots": 64, "parts": 4, "starts": (140,), "scale": -0.3}),
                (CAUSAL_PREFILL, {"slots": 12, "parts": 20, "starts": (83,), "sinks": 1}),
                (WINDOW_PREFILL, {"real": (104,), "width": 70, "held": (66,)}),
                (WINDOW_PREFILL, {"real": (40,), "width": 150, "held": (150,), "scale": 0.0}),
            )
        ),
    ],
    "window": [
        (WINDOW_DECODE,
         {"rows": 6, "held": (0, 1, 4, 5, 5, 3), "real": (1, 1, 1, 1, 0, -2)}),
        (WINDOW_DECODE,
         {"rows": 4, "length": 3, "held": (0, 4, 5, 5), "real": (3, 2, 3, 1)}),
        (WINDOW_PREFILL, {"length": 12, "held": (5,), "real": (12,)}),
        (WINDOW_PREFILL, {"length": 12, "held": (5,), "real": (0,)}),
        (WINDOW_DECODE, {"width": 1, "held": (0, 1), "real": (1, 1)}),
    ],
    "padding": [
        (name, {"rows": 4, "padded": padded, "length": 1, "index_dtype": torch.int16})
        for name in FAMILY if name.endswith("decode")
        for padded in (1, 3)
    ],
    "sinks": [
        (name, {"sinks": sinks, "groups": 3, "padded": 1 if name.endswith("decode") else 0})
        for name in FAMILY if name.startswith(("flash_causal", "sliding_window"))
        for sinks in (1, 5)
    ],
    "layout": [
        (name, {"layout": "slots-first", "dtype": torch.bfloat16, "length": 2}) for name in FAMILY
    ],
    "far": [
        (name, {"layout": "far", "dtype": torch.float16, "heads": 1, "size": 2, "spare": 0,
                "index_dtype": index, **blocks})
        for name, blocks in (
            (CAUSAL_DECODE, {"rows": 1, "parts": 2, "starts": (3,)}),
            (WINDOW_DECODE, {"rows": 2}),
        )
        for index in (torch.int16, torch.int32)
    ],
}  # fmt: skip
"""By what is unusual: names and options of `cases.case`."""

CALLS = [
    pytest.param(name, options, id=f"{what}-{number}-{name}")
    for what, calls in GRID.items()
    for number, (name, options) in enumerate(calls)
]
